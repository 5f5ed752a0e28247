package dev.orchestrix.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ArithmeticOfReportsTest {

  @Test
  void a_rate_is_a_count_by_seconds() {
    assertThat(Figures.perSecond(200_000, Duration.ofSeconds(8))).isEqualTo(25_000.0);
    assertThat(Figures.perSecond(1, Duration.ofSeconds(3))).isEqualTo(0.3);
    assertThat(Figures.seconds(Duration.ofMillis(1_234))).isEqualTo(1.234);
  }

  @Test
  void the_median_of_an_even_number_is_between_the_two_in_the_middle() {
    assertThat(Figures.median(List.of(3.0, 1.0, 100.0))).isEqualTo(3.0);
    assertThat(Figures.median(List.of(4.0, 1.0, 3.0, 100.0))).isEqualTo(3.5);
    assertThat(Figures.median(List.of())).isZero();
  }

  @Test
  void a_ratio_by_nothing_is_nothing() {
    assertThat(Figures.ratio(2, 3)).isEqualTo(0.667);
    assertThat(Figures.ratio(2, 0)).isZero();
  }

  @Test
  void percentiles_are_of_all_latencies() {
    var latencies = new Latencies();
    for (int millis = 1; millis <= 100; millis++) {
      latencies.add(Duration.ofMillis(millis).toNanos());
    }

    var row = new JsonObject();
    latencies.into(row, "submit_");

    assertThat(latencies.count()).isEqualTo(100);
    assertThat(row.fieldNames())
        .containsExactly("submit_p50_ms", "submit_p95_ms", "submit_p99_ms", "submit_max_ms");
    assertThat(row.getDouble("submit_p50_ms")).isBetween(49.9, 50.2);
    assertThat(row.getDouble("submit_p99_ms")).isBetween(98.9, 99.2);
    assertThat(row.getDouble("submit_max_ms")).isBetween(99.9, 100.2);
  }

  @Test
  void a_latency_below_zero_or_over_a_minute_still_counts() {
    var latencies = new Latencies();

    latencies.add(-5);
    latencies.add(Duration.ofHours(1).toNanos());

    assertThat(latencies.count()).isEqualTo(2);
    assertThat(latencies.percentile(100)).isBetween(59_900.0, 60_100.0);
  }

  @Test
  void metrics_are_read_rarely_while_the_end_is_far() {
    long second = Duration.ofSeconds(1).toNanos();

    assertThat(EndedJobs.pause(1_000, 200_000, second)).isEqualTo(Duration.ofMillis(200));
    assertThat(EndedJobs.pause(199_999, 200_000, second)).isEqualTo(Duration.ofMillis(20));
    assertThat(EndedJobs.pause(90_000, 100_000, second)).isBetween(ofMillis(50), ofMillis(60));
    assertThat(EndedJobs.pause(0, 100, 0)).isEqualTo(Duration.ofMillis(20));
  }

  private static Duration ofMillis(long millis) {
    return Duration.ofMillis(millis);
  }

  @Test
  void jains_index_is_1_for_equals_and_a_share_of_it_for_one_who_has_all() {
    assertThat(Figures.jain(List.of(5.0, 5.0, 5.0))).isEqualTo(1);
    assertThat(Figures.jain(List.of(8.0, 0.0, 0.0, 0.0))).isEqualTo(0.25);
    assertThat(Figures.jain(List.of(1.0, 2.0))).isEqualTo(0.9);
    assertThat(Figures.jain(List.of())).isZero();
  }
}
