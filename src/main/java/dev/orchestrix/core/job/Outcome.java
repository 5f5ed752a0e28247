package dev.orchestrix.core.job;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one attempt did. Closed: adding a case breaks every switch that must learn about it. */
public sealed interface Outcome {

  /**
   * @param result what the handler answered, or null for nothing
   */
  record Succeeded(@Nullable String result) implements Outcome {}

  /**
   * @param retryAfter the wait that the handler asks for instead of the job's backoff, or null
   * @param stack where it failed, or null when that says nothing
   * @param answered whether what the job depends on works, and has only refused this job for now
   */
  record Failed(
      ErrorCategory category,
      String message,
      @Nullable String stack,
      boolean retryable,
      @Nullable Duration retryAfter,
      boolean answered)
      implements Outcome {

    public Failed(
        ErrorCategory category,
        String message,
        @Nullable String stack,
        boolean retryable,
        @Nullable Duration retryAfter) {
      this(category, message, stack, retryable, retryAfter, false);
    }
  }

  /** The handler wants to be run again later; this is no failure and does not count. */
  record Snoozed(Duration pause) implements Outcome {}

  /** A user or operator ended it while it ran. */
  record Cancelled(String reason) implements Outcome {}

  /** The node stops; the attempt is handed back and not counted against the job. */
  record Interrupted() implements Outcome {}

  /**
   * It was not begun, as what it depends on has failed too often lately; handed back, not counted,
   * and held until that may be tried again.
   *
   * @param circuit the name of what is left alone
   */
  record Held(String circuit) implements Outcome {}
}
