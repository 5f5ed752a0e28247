package dev.orchestrix.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StartingLateTest {
  private final Lateness lateness = new Lateness();

  @Test
  void what_buckets_allow_for_is_not_late() {
    assertThat(lateness.observe(millis(50))).isZero();
  }

  @Test
  void what_is_later_is_late_by_what_is_not_allowed_for() {
    assertThat(lateness.observe(millis(80))).isEqualTo(millis(30));
  }

  @Test
  void what_has_been_as_late_for_a_while_is_usual() {
    for (int i = 0; i < 200; i++) {
      var _ = lateness.observe(millis(300));
    }

    assertThat(lateness.observe(millis(340))).isZero();
    assertThat(lateness.observe(millis(450))).isBetween(millis(95), millis(101));
  }

  @Test
  void one_stop_does_not_make_the_next_usual() {
    var _ = lateness.observe(millis(500));

    assertThat(lateness.observe(millis(500))).isGreaterThan(millis(400));
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
