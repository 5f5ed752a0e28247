package dev.orchestrix.execute;

import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A failure whose handler knows whether trying again makes sense. */
public final class HandlerException extends Exception {
  private static final long serialVersionUID = 1;

  private final ErrorCategory category;
  private final boolean retryable;
  private final @Nullable Duration retryAfter;
  private final boolean answered;

  private HandlerException(
      ErrorCategory category,
      String message,
      boolean retryable,
      @Nullable Duration retryAfter,
      boolean answered,
      @Nullable Throwable cause) {
    super(message, cause);
    this.category = category;
    this.retryable = retryable;
    this.retryAfter = retryAfter;
    this.answered = answered;
  }

  /** Trying again would not help; the job fails now. */
  public static HandlerException permanent(String message) {
    return new HandlerException(ErrorCategory.REJECTED, message, false, null, true, null);
  }

  /** Try again after the job's own backoff. */
  public static HandlerException retryable(String message, @Nullable Throwable cause) {
    return new HandlerException(ErrorCategory.HANDLER_ERROR, message, true, null, false, cause);
  }

  /** Try again after {@code wait}, whatever the job's backoff says; the attempt counts. */
  public static HandlerException retryAfter(String message, Duration wait) {
    return new HandlerException(ErrorCategory.HANDLER_ERROR, message, true, wait, false, null);
  }

  /**
   * The same failure of something that works: it was asked too much, say. Such failures do not open
   * a circuit.
   */
  public HandlerException ofWhatWorks() {
    return new HandlerException(
        category, String.valueOf(getMessage()), retryable, retryAfter, true, getCause());
  }

  /** How the attempt ends that threw it. */
  Outcome.Failed outcome() {
    var message = getMessage();
    return new Outcome.Failed(
        category, message == null ? toString() : message, null, retryable, retryAfter, answered);
  }

  public ErrorCategory category() {
    return category;
  }

  public boolean isRetryable() {
    return retryable;
  }

  /** The wait that the handler asks for, or null for the job's own backoff. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
