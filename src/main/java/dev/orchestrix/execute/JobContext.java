package dev.orchestrix.execute;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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
   * Says how far the attempt has come; seen in {@code GET /jobs/{id}} about a second later, and
   * kept with the outcome.
   *
   * @param fraction 0..1; values outside are moved to the nearest end
   * @param note at most 200 characters are kept
   */
  void progress(double fraction, String note);

  /**
   * Adds a line to the attempt's log, seen in {@code GET /jobs/{id}/logs} about a second later. The
   * newest 100 lines of at most 500 characters are kept, and those of the job's last 5 attempts.
   */
  void log(String line);

  /** The same with a level, or null for none. */
  void log(@Nullable LogLevel level, String line);

  /**
   * The newest checkpoint that an earlier attempt left, however that ended: it failed, was handed
   * back by a stopping node, or its node died.
   */
  Optional<String> checkpoint();

  /**
   * Leaves a checkpoint for the next attempt, if there will be one; it replaces the one before.
   * Does not wait: it is written within about a second, or with the outcome. If the node dies
   * before that, the next attempt gets an older one. Success deletes it; a job that has failed for
   * good keeps it for whoever retries it.
   *
   * @param json one JSON value of at most 64 KiB
   * @throws IllegalArgumentException if it is anything else; the one before stands
   */
  void checkpoint(String json);

  /**
   * The same, and waits until it is committed: however this attempt ends, the next one gets it or a
   * later one. While Postgres does not answer, it goes on waiting.
   *
   * @return whether it was written; false means that the job is no longer this attempt's, which is
   *     {@link #cancelled} and should end
   * @throws IllegalArgumentException if it is not one JSON value of at most 64 KiB
   * @throws InterruptedException when the attempt is interrupted meanwhile; it may be written or
   *     not
   */
  boolean checkpointNow(String json) throws InterruptedException;
}
