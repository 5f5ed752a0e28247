package dev.orchestrix.execute;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a handler knows of the attempt it runs, and what it may say while it runs. */
public interface JobContext {

  UUID id();

  String tenant();

  String type();

  /** The payload as it was submitted: JSON text. */
  String payload();

  /** The number of this attempt, from 1. It only grows, so it serves as a fencing token. */
  int attempt();

  /** When this attempt is interrupted, by this node's clock. */
  Instant deadline();

  /**
   * Lets this attempt run for {@code more} from now, instead of until its timeout, if that is
   * later: at most a day, and never past the deadline of its job.
   *
   * @return when it is interrupted now, by this node's clock
   */
  Instant extend(Duration more);

  /**
   * Says that this attempt is alive, as {@link #progress} and {@link #log} do too. A job with a
   * {@code heartbeat} takes an attempt that is silent for longer than that for stuck, and ends it.
   */
  void heartbeat();

  /** 32 hex digits: the trace the job was submitted under, or one of its own. */
  String traceId();

  /** Whether the attempt should end now: it timed out, was cancelled, or the node stops. */
  boolean cancelled();

  /** Why the attempt should end, in words; null while it need not. */
  @Nullable String cancelReason();

  /**
   * Runs {@code action} when the attempt should end, at once if that is so already. For handlers
   * that wait on something an interrupt does not reach, such as a process. A job that was cancelled
   * is interrupted only after its grace, everything else at once.
   */
  void onCancel(Runnable action);

  /**
   * Says how far the attempt has come; kept with the outcome, seen in {@code GET /jobs/{id}}.
   *
   * @param fraction 0..1; values outside are moved to the nearest end
   * @param note at most 200 characters are kept
   */
  void progress(double fraction, String note);

  /** Adds a line to the attempt's log; the newest 100 lines of at most 500 characters are kept. */
  void log(String line);
}
