package dev.orchestrix.core.job;

import dev.orchestrix.core.retry.RetryPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an outcome leads to.
 *
 * @param next the state that follows RUNNING
 * @param pause how long until the next attempt; zero unless {@code next} is RETRYING
 * @param counted whether the attempt counts against {@code max_attempts}
 */
public record Decision(JobState next, Duration pause, boolean counted) {

  /** What success leads to, whatever the policy. */
  public static final Decision SUCCEEDED = end(JobState.SUCCEEDED);

  /** The longest wait that a handler may ask for. */
  private static final Duration LONGEST_PAUSE = Duration.ofDays(7);

  private static final Decision FAILED = end(JobState.FAILED);
  private static final Decision CANCELLED = end(JobState.CANCELLED);
  private static final Decision HANDED_BACK = new Decision(JobState.PENDING, Duration.ZERO, false);

  /**
   * Decides what becomes of a job whose attempt has ended. Pure and total: a wait that a handler
   * asks for is brought between none and 7 days.
   *
   * @param failures attempts that were counted before this one, 0 or more
   * @param retry the job's policy
   * @param chance a uniform number in [0, 1) that places the jitter
   */
  public static Decision of(Outcome outcome, int failures, RetryPolicy retry, double chance) {
    return switch (outcome) {
      case Outcome.Succeeded _ -> SUCCEEDED;
      case Outcome.Cancelled _ -> CANCELLED;
      case Outcome.Interrupted _, Outcome.Held _ -> HANDED_BACK;
      case Outcome.Snoozed(var pause) -> again(pause, false);
      case Outcome.Failed failed when !failed.retryable() -> FAILED;
      case Outcome.Failed _ when failures + 1 >= retry.maxAttempts() -> FAILED;
      case Outcome.Failed failed ->
          again(
              failed.retryAfter() != null ? failed.retryAfter() : retry.delay(failures + 1, chance),
              true);
    };
  }

  /**
   * The same, unless it would have the job wait until its deadline or longer: then it fails now, as
   * nothing could come of the wait.
   *
   * @param left how long until the deadline, or null if there is none
   */
  public Decision within(@Nullable Duration left) {
    boolean hopeless = next == JobState.RETRYING && left != null && pause.compareTo(left) >= 0;
    return hopeless ? FAILED : this;
  }

  private static Decision again(Duration asked, boolean counted) {
    var some = asked.isNegative() ? Duration.ZERO : asked;
    var pause = some.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : some;
    return new Decision(JobState.RETRYING, pause, counted);
  }

  private static Decision end(JobState state) {
    return new Decision(state, Duration.ZERO, true);
  }
}
