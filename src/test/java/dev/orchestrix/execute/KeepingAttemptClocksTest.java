package dev.orchestrix.execute;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.transition.TimeLeft;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The clock starts close to where it overflows, as that of a JVM may. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class KeepingAttemptClocksTest {
  private static final long START = Long.MAX_VALUE - seconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Test
  void an_attempt_without_limits_of_its_job_has_its_timeout() {
    var clocks = clocks(null, null);

    assertThat(clocks.over(after(9.999))).isNull();
    assertThat(ended(clocks, 10)).isEqualTo(ErrorCategory.TIMEOUT);
    assertThat(clocks.endNanos()).isEqualTo(after(10));
  }

  @Test
  void the_timeout_counts_from_when_the_handler_begins() {
    var clocks = clocks(null, null);

    clocks.start(after(3));

    assertThat(clocks.over(after(12.999))).isNull();
    assertThat(ended(clocks, 13)).isEqualTo(ErrorCategory.TIMEOUT);
  }

  @Test
  void a_timeout_is_tried_again_and_says_how_long_it_was() {
    var over = requireNonNull(clocks(null, null).over(after(11)));

    assertThat(over.retryable()).isTrue();
    assertThat(over.message()).isEqualTo("ran longer than 10000 ms");
  }

  @Test
  void the_deadline_of_the_job_ends_it_for_good() {
    var clocks = clocks(4.0, null);

    assertThat(clocks.over(after(3.999))).isNull();
    var over = requireNonNull(clocks.over(after(4)));
    assertThat(over.category()).isEqualTo(ErrorCategory.DEADLINE);
    assertThat(over.retryable()).isFalse();
    assertThat(clocks.endNanos()).isEqualTo(after(4));
  }

  @Test
  void a_deadline_after_the_timeout_does_not_lengthen_it() {
    var clocks = clocks(40.0, null);

    assertThat(ended(clocks, 10)).isEqualTo(ErrorCategory.TIMEOUT);
    assertThat(clocks.endNanos()).isEqualTo(after(10));
  }

  @Test
  void silence_for_longer_than_the_heartbeat_ends_it_to_be_tried_again() {
    var clocks = clocks(null, 2.0);

    clocks.hear(after(1.5));

    assertThat(clocks.over(after(3.499))).isNull();
    var over = requireNonNull(clocks.over(after(3.5)));
    assertThat(over.category()).isEqualTo(ErrorCategory.HEARTBEAT);
    assertThat(over.retryable()).isTrue();
  }

  @Test
  void signs_of_life_do_not_move_the_timeout() {
    var clocks = clocks(null, 2.0);

    clocks.hear(after(9.5));

    assertThat(ended(clocks, 10)).isEqualTo(ErrorCategory.TIMEOUT);
  }

  @Test
  void an_extension_counts_from_now() {
    var clocks = clocks(null, null);

    clocks.extend(Duration.ofSeconds(30), after(8));

    assertThat(clocks.over(after(37.999))).isNull();
    assertThat(requireNonNull(clocks.over(after(38))).message())
        .isEqualTo("ran longer than 38000 ms");
  }

  @Test
  void an_extension_never_shortens() {
    var clocks = clocks(null, null);

    clocks.extend(Duration.ofSeconds(1), after(2));
    clocks.extend(Duration.ZERO, after(2));
    clocks.extend(Duration.ofSeconds(-5), after(2));

    assertThat(clocks.endNanos()).isEqualTo(after(10));
  }

  @Test
  void an_extension_is_a_day_at_most() {
    var clocks = clocks(null, null);

    clocks.extend(Duration.ofSeconds(Long.MAX_VALUE), after(2));

    assertThat(clocks.endNanos()).isEqualTo(after(2) + AttemptClocks.LONGEST.toNanos());
  }

  @Test
  void an_extension_does_not_pass_the_deadline() {
    var clocks = clocks(15.0, null);

    clocks.extend(Duration.ofSeconds(30), after(2));

    assertThat(clocks.endNanos()).isEqualTo(after(15));
    assertThat(ended(clocks, 15)).isEqualTo(ErrorCategory.DEADLINE);
  }

  private static AttemptClocks clocks(@Nullable Double deadline, @Nullable Double heartbeat) {
    var left =
        new TimeLeft(
            false,
            deadline == null ? null : after(deadline),
            heartbeat == null ? null : Duration.ofNanos(seconds(heartbeat)));
    return new AttemptClocks(TIMEOUT, left, START);
  }

  private static ErrorCategory ended(AttemptClocks clocks, double after) {
    return requireNonNull(clocks.over(after(after))).category();
  }

  private static long after(double seconds) {
    return START + seconds(seconds);
  }

  private static long seconds(double seconds) {
    return Math.round(seconds * 1e9);
  }
}
