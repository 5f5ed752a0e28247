package dev.orchestrix.submit;

import dev.orchestrix.core.job.JobState;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What became of a job that was submitted. In all cases but the last it is committed. */
public sealed interface Submitted {

  /** What nearly every job is answered. */
  Submitted ACCEPTED = new Accepted();

  /** It is a new job. */
  record Accepted() implements Submitted {}

  /** The same submission was made before: that job is the answer, and nothing was written. */
  record Replayed(UUID job) implements Submitted {}

  /** Its key was used for another submission before, and nothing was written. */
  record Mismatch() implements Submitted {}

  /** Another job stands for its kind and is the answer; nothing was written. */
  record Returned(UUID job) implements Submitted {}

  /** Another job stands for its kind and has taken over what was asked for. */
  record Replaced(UUID job) implements Submitted {}

  /** Another job stands for its kind, and nothing was written. */
  record Conflict(UUID job, JobState state) implements Submitted {}

  /**
   * Its concurrency key has no free slot, and nothing was written.
   *
   * @param job one that holds a slot, or null when there are none at all
   */
  record Full(@Nullable UUID job) implements Submitted {}

  /** Its tenant is being deleted, or is gone; nothing was written. */
  record Closed() implements Submitted {}
}
