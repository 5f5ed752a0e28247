package dev.orchestrix.http;

import dev.orchestrix.core.job.NewJob;

/** What became of one job that was sent. */
sealed interface Verdict {

  /** It is committed. */
  record Accepted(NewJob job) implements Verdict {}

  /** It is not written; unless the problem is {@code unavailable}, when nobody can know. */
  record Refused(Problem problem) implements Verdict {}
}
