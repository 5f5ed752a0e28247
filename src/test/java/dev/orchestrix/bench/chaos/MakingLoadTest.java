package dev.orchestrix.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MakingLoadTest {
  private static final URI SINK = URI.create("http://127.0.0.1:1");

  @Test
  void the_same_seed_makes_the_same_jobs() {
    assertThat(jobs(1)).isEqualTo(jobs(1));
    assertThat(jobs(1)).isNotEqualTo(jobs(2));
  }

  @Test
  void most_jobs_are_seen_when_they_begin_and_every_kind_comes() {
    var types =
        jobs(1).stream()
            .collect(Collectors.groupingBy(job -> job.getString("type"), Collectors.counting()));

    assertThat(types).containsOnlyKeys("http", "noop", "sleep");
    assertThat(types.get("http")).isGreaterThan(800);
    assertThat(jobs(1).stream().filter(job -> job.containsKey("delay"))).isNotEmpty();
    assertThat(jobs(1).stream().map(job -> job.getString("priority")).distinct())
        .containsExactlyInAnyOrder("high", "normal", "low");
  }

  @Test
  void what_nodes_count_is_summed_by_what_was_violated() {
    var sums = new JsonObject();

    NodeCounters.add(
        """
        200 # TYPE orchestrix_invariant_violations_total counter
        orchestrix_invariant_violations_total{invariant="node_fenced"} 1.0
        orchestrix_invariant_violations_total{invariant="lost",other="x"} 2.0
        orchestrix_jobs_total{invariant="no"} 7.0
        """,
        sums);
    NodeCounters.add("orchestrix_invariant_violations_total{invariant=\"lost\"} 3.0", sums);

    assertThat(sums).isEqualTo(new JsonObject().put("node_fenced", 1L).put("lost", 5L));
  }

  private static List<JsonObject> jobs(long seed) {
    return IntStream.range(0, 1000).mapToObj(new JobMix(seed, SINK, "default")::job).toList();
  }
}
