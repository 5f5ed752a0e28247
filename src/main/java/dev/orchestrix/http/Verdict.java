package dev.orchestrix.http;

import dev.orchestrix.core.job.NewJob;
import java.util.UUID;

/** What became of one job that was sent. */
sealed interface Verdict {

  /** It is committed. */
  record Accepted(NewJob job) implements Verdict {}

  /**
   * A job that was there before is the answer.
   *
   * @param replayed whether it was made by the same submission
   */
  record Known(UUID job, boolean replayed) implements Verdict {}

  /** It is not written; unless the problem is {@code unavailable}, when nobody can know. */
  record Refused(Problem problem) implements Verdict {}
}
