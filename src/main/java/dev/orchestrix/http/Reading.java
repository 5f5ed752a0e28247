package dev.orchestrix.http;

import dev.orchestrix.core.job.NewJob;
import org.jspecify.annotations.Nullable;

/** What reading the document of one job gave. */
sealed interface Reading {

  /** A job with which nothing is wrong that can be told without asking a server. */
  record Read(NewJob job) implements Reading {}

  /**
   * @param tenant the tenant it names, when that could be read: it may be unknown as well
   */
  record Refused(Problem problem, @Nullable String tenant) implements Reading {}
}
