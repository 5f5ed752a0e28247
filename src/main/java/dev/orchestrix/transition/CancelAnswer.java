package dev.orchestrix.transition;

import dev.orchestrix.core.job.JobState;
import java.util.UUID;

/**
 * What cancelling a job has come to.
 *
 * @param before the state it was in: it is CANCELLED now if it waited, RUNNING until its node has
 *     ended it if it ran, and has not changed if it had ended
 */
public record CancelAnswer(UUID job, String tenant, String type, JobState before, int attempt) {

  /** Where the job stands now. */
  public JobState state() {
    return cancelled() ? JobState.CANCELLED : before;
  }

  /** Whether it waited, and is cancelled. */
  public boolean cancelled() {
    return !before.terminal() && before != JobState.RUNNING;
  }

  /** Whether it runs, and its node was asked to end it. */
  public boolean asked() {
    return before == JobState.RUNNING;
  }
}
