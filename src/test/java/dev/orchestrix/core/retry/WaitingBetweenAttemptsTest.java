package dev.orchestrix.core.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.retry.RetryPolicy.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WaitingBetweenAttemptsTest {
  private static final Duration WEEK = Duration.ofDays(7);

  @Test
  void a_fixed_wait_is_always_the_same() {
    assertThat(seconds(policy(Kind.FIXED, 5, 60, 3))).containsExactly(5L, 5L, 5L, 5L, 5L);
  }

  @Test
  void a_linear_wait_grows_by_the_first_up_to_the_longest() {
    assertThat(seconds(policy(Kind.LINEAR, 5, 18, 3))).containsExactly(5L, 10L, 15L, 18L, 18L);
  }

  @Test
  void an_exponential_wait_is_multiplied_up_to_the_longest() {
    assertThat(seconds(policy(Kind.EXPONENTIAL, 5, 100, 3)))
        .containsExactly(5L, 15L, 45L, 100L, 100L);
  }

  @Test
  void the_default_doubles_from_a_second() {
    assertThat(seconds(RetryPolicy.DEFAULT)).containsExactly(1L, 2L, 4L, 8L, 16L);
  }

  @Test
  void jitter_shortens_the_capped_wait_and_never_by_more_than_its_share() {
    var random = new Random(2);
    for (int round = 0; round < 20_000; round++) {
      double jitter = random.nextDouble();
      var exact = random(random, 0);
      var jittered = with(exact, jitter);
      int failures = 1 + random.nextInt(1000);

      long longest = exact.delay(failures, 0).toMillis();
      long wait = jittered.delay(failures, random.nextDouble()).toMillis();

      assertThat(wait).isBetween((long) (longest * (1 - jitter)) - 1, longest);
    }
  }

  @Test
  void all_jitter_leaves_the_whole_wait_to_chance() {
    var policy = with(policy(Kind.FIXED, 10, 10, 1), 1);

    assertThat(policy.delay(1, 0)).isEqualTo(Duration.ofSeconds(10));
    assertThat(policy.delay(1, 0.5)).isEqualTo(Duration.ofSeconds(5));
    assertThat(policy.delay(1, Math.nextDown(1.0))).isZero();
  }

  @Test
  void whatever_the_policy_a_wait_is_never_negative_nor_beyond_the_longest() {
    var random = new Random(3);
    for (int round = 0; round < 20_000; round++) {
      var policy = random(random, random.nextDouble());

      var wait = policy.delay(1 + random.nextInt(1000), random.nextDouble());

      assertThat(wait).isBetween(Duration.ZERO, policy.max());
    }
  }

  @Test
  void a_wait_never_shrinks_from_one_failure_to_the_next() {
    var random = new Random(4);
    for (int round = 0; round < 2_000; round++) {
      var policy = random(random, random.nextDouble());
      int failures = 1 + random.nextInt(999);

      assertThat(policy.delay(failures + 1, 0.3))
          .isGreaterThanOrEqualTo(policy.delay(failures, 0.3));
    }
  }

  @Test
  void the_steepest_growth_ends_at_the_longest_wait() {
    var steep = new RetryPolicy(1000, Kind.EXPONENTIAL, Duration.ofMillis(1), WEEK, 100, 0);

    assertThat(steep.delay(1000, 0)).isEqualTo(WEEK);
  }

  @Test
  void no_wait_stays_none_however_it_is_multiplied() {
    var none = new RetryPolicy(1000, Kind.EXPONENTIAL, Duration.ZERO, WEEK, 100, 0);

    assertThat(none.delay(1000, 0)).isZero();
  }

  private static List<Long> seconds(RetryPolicy policy) {
    return IntStream.rangeClosed(1, 5)
        .mapToObj(failures -> policy.delay(failures, 0).toSeconds())
        .toList();
  }

  private static RetryPolicy policy(Kind kind, int initial, int max, double multiplier) {
    return new RetryPolicy(
        10, kind, Duration.ofSeconds(initial), Duration.ofSeconds(max), multiplier, 0);
  }

  private static RetryPolicy with(RetryPolicy policy, double jitter) {
    return new RetryPolicy(
        policy.maxAttempts(),
        policy.kind(),
        policy.initial(),
        policy.max(),
        policy.multiplier(),
        jitter);
  }

  private static RetryPolicy random(Random random, double jitter) {
    var initial = Duration.ofMillis(random.nextLong(WEEK.toMillis() + 1));
    var max = Duration.ofMillis(random.nextLong(initial.toMillis(), WEEK.toMillis() + 1));
    var kind = List.of(Kind.values()).get(random.nextInt(3));
    return new RetryPolicy(1000, kind, initial, max, 1 + random.nextDouble() * 99, jitter);
  }
}
