package dev.orchestrix.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** A hundred jobs end in a second, except when the fault says otherwise; it comes at 10 s. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ComingBackToFullRateTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant FAULT = BEGIN.plusSeconds(10);
  private static final Instant HEALED = FAULT.plusSeconds(2);
  private static final Instant NEXT = FAULT.plusSeconds(20);

  @Test
  void the_rate_before_is_that_of_the_last_seconds() {
    assertThat(recovery(_ -> true).rateBefore(FAULT)).isEqualTo(100);
  }

  @Test
  void a_rate_that_never_fell_is_back_at_once() {
    assertThat(after(_ -> true)).contains(Duration.ZERO);
  }

  @Test
  void a_rate_that_was_nothing_for_three_seconds_is_back_after_three() {
    assertThat(after(millis -> millis < 10_000 || millis >= 13_000)).contains(seconds(3));
  }

  @Test
  void one_good_moment_is_not_health() {
    assertThat(after(millis -> millis < 10_000 || millis >= 15_000 || millis / 1000 == 12))
        .contains(seconds(5));
  }

  @Test
  void a_rate_that_does_not_come_back_has_no_time() {
    assertThat(after(millis -> millis < 10_000)).isEmpty();
  }

  @Test
  void a_rate_that_falls_long_after_the_fault_fell_for_another_reason() {
    assertThat(after(millis -> millis < 25_000)).contains(Duration.ZERO);
  }

  private static Optional<Duration> after(LongPredicate ends) {
    return recovery(ends).after(FAULT, HEALED, NEXT);
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static Recovery recovery(LongPredicate ends) {
    List<Instant> ended = new ArrayList<>();
    for (long millis = 0; millis < 40_000; millis += 10) {
      if (ends.test(millis)) {
        ended.add(BEGIN.plusMillis(millis));
      }
    }
    return new Recovery(ended);
  }
}
