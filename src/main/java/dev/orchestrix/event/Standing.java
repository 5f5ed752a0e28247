package dev.orchestrix.event;

import dev.orchestrix.core.job.JobState;

/**
 * How far a job has come.
 *
 * @param attempt how often it has been claimed, 0 or more
 */
public record Standing(JobState state, int attempt) {

  /**
   * Whether a job that stands here has moved on from there. Standings of one job are in order as
   * long as nobody sends it back from an end, whichever way they were heard of.
   */
  public boolean isAfter(Standing earlier) {
    return attempt != earlier.attempt
        ? attempt > earlier.attempt
        : stage(state) > stage(earlier.state);
  }

  /** The stages of one attempt: it runs, waits for the next, is ready for the next; or ends. */
  private static int stage(JobState state) {
    return switch (state) {
      case RUNNING -> 0;
      case BLOCKED -> 1;
      case SCHEDULED, RETRYING -> 2;
      case PENDING -> 3;
      case SUCCEEDED, FAILED, CANCELLED -> 4;
    };
  }
}
