package dev.orchestrix.core.job;

import static dev.orchestrix.core.job.JobState.CANCELLED;
import static dev.orchestrix.core.job.JobState.FAILED;
import static dev.orchestrix.core.job.JobState.PENDING;
import static dev.orchestrix.core.job.JobState.RETRYING;
import static dev.orchestrix.core.job.JobState.RUNNING;
import static dev.orchestrix.core.job.JobState.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.retry.RetryPolicy;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class EndingAnAttemptTest {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Outcome SUCCESS = new Outcome.Succeeded("{}");
  private static final Outcome CANCEL = new Outcome.Cancelled("not needed");
  private static final Outcome STOPPED = new Outcome.Interrupted();

  private static final RetryPolicy THREE_TIMES =
      new RetryPolicy(
          3, RetryPolicy.Kind.EXPONENTIAL, Duration.ofSeconds(10), Duration.ofSeconds(60), 2, 0.5);

  @Test
  void success_ends_the_job() {
    assertThat(decide(SUCCESS, 0)).isEqualTo(Decision.SUCCEEDED);
    assertThat(Decision.SUCCEEDED.next()).isEqualTo(SUCCEEDED);
    assertThat(Decision.SUCCEEDED.pause()).isZero();
  }

  @Test
  void a_failure_waits_for_its_backoff_and_counts() {
    assertThat(decide(failure(true, null), 0)).isEqualTo(again(Duration.ofSeconds(10), true));
    assertThat(decide(failure(true, null), 1)).isEqualTo(again(Duration.ofSeconds(20), true));
  }

  @Test
  void chance_shortens_the_backoff() {
    assertThat(Decision.of(failure(true, null), 1, THREE_TIMES, 0.5))
        .isEqualTo(again(Duration.ofSeconds(15), true));
  }

  @Test
  void the_last_attempt_that_fails_fails_the_job() {
    assertThat(decide(failure(true, null), 2).next()).isEqualTo(FAILED);
    assertThat(decide(failure(true, Duration.ofSeconds(1)), 2).next()).isEqualTo(FAILED);
  }

  @Test
  void a_permanent_failure_fails_the_job_at_once() {
    var decision = decide(failure(false, Duration.ofSeconds(1)), 0);

    assertThat(decision.next()).isEqualTo(FAILED);
    assertThat(decision.pause()).isZero();
    assertThat(decision.counted()).isTrue();
  }

  @Test
  void a_wait_that_the_handler_asks_for_replaces_the_backoff() {
    assertThat(decide(failure(true, Duration.ofHours(2)), 0))
        .isEqualTo(again(Duration.ofHours(2), true));
  }

  @Test
  void a_snooze_waits_as_asked_and_never_counts() {
    var snooze = new Outcome.Snoozed(Duration.ofMinutes(5));

    assertThat(decide(snooze, 0)).isEqualTo(again(Duration.ofMinutes(5), false));
    assertThat(decide(snooze, 2)).isEqualTo(again(Duration.ofMinutes(5), false));
  }

  @Test
  void a_handler_cannot_ask_for_more_than_a_week() {
    var forever = ChronoUnit.FOREVER.getDuration();

    assertThat(decide(new Outcome.Snoozed(forever), 0)).isEqualTo(again(WEEK, false));
    assertThat(decide(failure(true, forever), 0)).isEqualTo(again(WEEK, true));
  }

  @Test
  void a_handler_cannot_ask_for_the_past() {
    var past = Duration.ofSeconds(-1);

    assertThat(decide(new Outcome.Snoozed(past), 0)).isEqualTo(again(Duration.ZERO, false));
    assertThat(decide(failure(true, past), 0)).isEqualTo(again(Duration.ZERO, true));
  }

  @Test
  void a_stopping_node_hands_the_attempt_back_uncounted() {
    assertThat(decide(STOPPED, 2)).isEqualTo(new Decision(PENDING, Duration.ZERO, false));
  }

  @Test
  void a_cancelled_attempt_ends_the_job() {
    assertThat(decide(CANCEL, 0).next()).isEqualTo(CANCELLED);
  }

  @Test
  void a_wait_that_ends_before_the_deadline_is_waited() {
    var again = again(Duration.ofSeconds(10), true);

    assertThat(again.within(Duration.ofMillis(10_001))).isEqualTo(again);
    assertThat(again.within(null)).isEqualTo(again);
  }

  @Test
  void a_wait_until_the_deadline_or_longer_fails_the_job_now() {
    for (var left : List.of(Duration.ofSeconds(10), Duration.ZERO, Duration.ofSeconds(-1))) {
      assertThat(again(Duration.ofSeconds(10), true).within(left).next()).isEqualTo(FAILED);
      assertThat(again(Duration.ofSeconds(10), false).within(left).next()).isEqualTo(FAILED);
    }
  }

  @Test
  void a_deadline_changes_nothing_but_waits() {
    for (var outcome : List.of(SUCCESS, CANCEL, STOPPED, failure(false, null))) {
      var decided = decide(outcome, 0);

      assertThat(decided.within(Duration.ZERO)).isEqualTo(decided);
    }
  }

  @Test
  void every_edge_out_of_running_is_reached_and_no_other() {
    var outcomes =
        List.of(
            SUCCESS,
            CANCEL,
            STOPPED,
            failure(true, null),
            failure(false, null),
            new Outcome.Snoozed(Duration.ofSeconds(1)));
    var reached = EnumSet.noneOf(JobState.class);

    for (int failures = 0; failures <= 3; failures++) {
      for (var outcome : outcomes) {
        reached.add(decide(outcome, failures).next());
      }
    }

    assertThat(reached).containsExactlyInAnyOrderElementsOf(RUNNING.next());
  }

  @Test
  void a_job_that_always_fails_has_exactly_its_attempts() {
    var random = new Random(1);
    for (int round = 0; round < 500; round++) {
      int attempts = 1 + random.nextInt(1000);
      var policy =
          new RetryPolicy(
              attempts, RetryPolicy.Kind.FIXED, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 0);
      int failures = 0;
      while (Decision.of(failure(true, null), failures, policy, 0).next() == RETRYING) {
        failures++;
      }
      assertThat(failures + 1).isEqualTo(attempts);
    }
  }

  private static Decision decide(Outcome outcome, int failures) {
    return Decision.of(outcome, failures, THREE_TIMES, 0);
  }

  private static Decision again(Duration pause, boolean counted) {
    return new Decision(RETRYING, pause, counted);
  }

  private static Outcome failure(boolean retryable, @Nullable Duration retryAfter) {
    return new Outcome.Failed(ErrorCategory.HANDLER_ERROR, "boom", null, retryable, retryAfter);
  }
}
