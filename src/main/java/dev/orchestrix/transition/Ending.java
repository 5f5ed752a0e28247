package dev.orchestrix.transition;

import dev.orchestrix.core.job.Decision;
import dev.orchestrix.core.limit.Reason;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that has ended, and what is to be written of it.
 *
 * @param result JSON text, or null
 * @param errors all errors of the job so far as JSON, or null when this attempt added none
 * @param error this attempt's error in short, for events, or null
 * @param said what it has said that is not written yet, or null
 * @param heldFor what a job waits for that is handed back, or null
 */
public record Ending(
    ClaimedJob job,
    Decision decision,
    @Nullable String result,
    @Nullable String errors,
    @Nullable String error,
    @Nullable Note said,
    @Nullable Reason heldFor) {

  public Ending(
      ClaimedJob job,
      Decision decision,
      @Nullable String result,
      @Nullable String errors,
      @Nullable String error,
      @Nullable Note said) {
    this(job, decision, result, errors, error, said, null);
  }

  /** An attempt that was not begun, and whose job waits for something. */
  public static Ending held(ClaimedJob job, Decision decision, Reason reason) {
    return new Ending(job, decision, null, null, null, null, reason);
  }

  @Nullable String held() {
    return heldFor == null ? null : heldFor.text();
  }

  @Nullable String report() {
    return said == null ? null : said.report();
  }

  @Nullable String checkpoint() {
    return said == null ? null : said.checkpoint();
  }

  /** The counted attempts of the job after this one. */
  int failures() {
    boolean failed =
        switch (decision.next()) {
          case RETRYING, FAILED -> decision.counted();
          case SUCCEEDED, CANCELLED, PENDING, RUNNING, SCHEDULED, BLOCKED -> false;
        };
    return Math.min(Short.MAX_VALUE, job.failures() + (failed ? 1 : 0));
  }
}
