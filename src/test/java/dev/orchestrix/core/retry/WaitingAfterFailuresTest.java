package dev.orchestrix.core.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WaitingAfterFailuresTest {
  private static final double LEAST = 0;
  private static final double HALF = 0.5;

  private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(350));

  @Test
  void each_failure_in_a_row_waits_twice_as_long_up_to_the_limit() {
    assertThat(Stream.generate(() -> backoff.failed(LEAST).toMillis()).limit(4))
        .containsExactly(50L, 100L, 175L, 175L);
  }

  @Test
  void half_of_a_wait_is_left_to_chance() {
    assertThat(backoff.failed(HALF)).isEqualTo(Duration.ofMillis(75));
  }

  @Test
  void a_failure_after_success_waits_as_the_first_did() {
    assertThat(backoff.failed(LEAST)).isEqualTo(Duration.ofMillis(50));
    assertThat(backoff.failed(LEAST)).isEqualTo(Duration.ofMillis(100));

    backoff.worked();

    assertThat(backoff.failed(LEAST)).isEqualTo(Duration.ofMillis(50));
  }
}
