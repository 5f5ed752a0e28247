package dev.orchestrix.core.limit;

import static dev.orchestrix.core.limit.TokenBucket.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.limit.TokenBucket.Level;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TakingTokensTest {
  private static final long NOW = 1_800_000_000_000L;

  @Test
  void a_full_bucket_gives_its_burst_at_once_and_then_what_comes_in() {
    var bucket = TokenBucket.of(10, 3);
    var full = new Level(3 * TOKEN, NOW);

    assertThat(waits(bucket, full, 6)).containsExactly(0, 0, 0, 100, 200, 300);
  }

  @Test
  void a_bucket_that_nobody_has_seen_is_empty() {
    var bucket = TokenBucket.of(10, 3);

    assertThat(bucket.empty(NOW)).isEqualTo(new Level(0, NOW));
    assertThat(bucket.take(bucket.empty(NOW), NOW).waitMillis()).isEqualTo(100);
  }

  @Test
  void it_fills_up_to_its_burst_and_no_further() {
    var bucket = TokenBucket.of(10, 3);
    var emptyOnce = new Level(0, NOW - 1_000_000_000);

    assertThat(bucket.take(emptyOnce, NOW).level()).isEqualTo(new Level(2 * TOKEN, NOW));
  }

  @Test
  void a_level_above_a_burst_that_was_lowered_counts_as_full() {
    var bucket = TokenBucket.of(10, 3);
    var before = new Level(50 * TOKEN, NOW);

    assertThat(bucket.take(before, NOW).level()).isEqualTo(new Level(2 * TOKEN, NOW));
  }

  @Test
  void tokens_are_reserved_two_seconds_ahead_and_no_further() {
    var bucket = TokenBucket.of(5, 1);

    assertThat(waits(bucket, bucket.empty(NOW), 12))
        .containsExactly(200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000, -1, -1);
  }

  @Test
  void one_token_can_be_reserved_however_slowly_they_come() {
    var bucket = TokenBucket.of(0.001, 1);

    assertThat(waits(bucket, bucket.empty(NOW), 2)).containsExactly(1_000_000, -1);
  }

  @Test
  void a_refusal_takes_nothing() {
    var bucket = TokenBucket.of(5, 1);
    var deep = new Level(-10 * TOKEN, NOW);

    var refused = bucket.take(deep, NOW + 100);

    assertThat(refused.refused()).isTrue();
    assertThat(refused.level()).isEqualTo(new Level(-10 * TOKEN + TOKEN / 2, NOW + 100));
  }

  @Test
  void a_clock_that_went_back_refills_nothing() {
    var bucket = TokenBucket.of(10, 3);

    var taken = bucket.take(new Level(2 * TOKEN, NOW), NOW - 60_000);

    assertThat(taken.level().tokens()).isEqualTo(TOKEN);
    assertThat(taken.waitMillis()).isZero();
  }

  @Test
  void after_a_clock_went_back_tokens_come_at_their_rate_again() {
    var bucket = TokenBucket.of(10, 3);
    var back = bucket.take(new Level(0, NOW), NOW - 60_000);

    assertThat(back.waitMillis()).isEqualTo(100);
    assertThat(bucket.take(back.level(), NOW - 60_000 + 200).level().tokens()).isZero();
  }

  @Test
  void a_rate_of_zero_refuses_everything_and_keeps_what_the_bucket_holds() {
    var stopped = TokenBucket.of(0, 3);
    var before = new Level(2 * TOKEN, NOW - 60_000);

    var refused = stopped.take(before, NOW);

    assertThat(refused.refused()).isTrue();
    assertThat(refused.level()).isEqualTo(new Level(2 * TOKEN, NOW));
  }

  @Test
  void nothing_comes_in_for_the_time_that_a_bucket_was_stopped() {
    var inDebt = new Level(-TOKEN, NOW - 60_000);
    var stopped = TokenBucket.of(0, 3).take(inDebt, NOW);

    assertThat(TokenBucket.of(10, 3).take(stopped.level(), NOW).waitMillis()).isEqualTo(200);
  }

  private static int[] waits(TokenBucket bucket, Level from, int requests) {
    var level = new Level[] {from};
    return IntStream.range(0, requests)
        .map(
            _ -> {
              var verdict = bucket.take(level[0], NOW);
              level[0] = verdict.level();
              return (int) verdict.waitMillis();
            })
        .toArray();
  }
}
