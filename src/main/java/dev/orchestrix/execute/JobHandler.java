package dev.orchestrix.execute;

import dev.orchestrix.config.Settings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs the jobs of one type. Found by {@link java.util.ServiceLoader}; one instance serves all jobs
 * of its type on a node, many at once, each on a virtual thread of its own, so plain blocking code
 * is right.
 */
public interface JobHandler {

  /** The type it serves: 1..128 characters of {@code a-z A-Z 0-9 . _ - :}. */
  String type();

  /** Called once per node, before the first job. Throwing keeps the node from starting. */
  default void start(Settings.Handlers settings) {}

  /** How long one attempt may run when the job does not say; more than zero. */
  default Duration timeout() {
    return Duration.ofMinutes(5);
  }

  /**
   * What jobs with this payload depend on, such as {@code host:port}: at most 200 characters
   * without control characters, or null for nothing. When too many attempts fail that depend on the
   * same, all that do wait for a while; see {@code circuit.destinations}.
   */
  default @Nullable String destination(String payload) {
    return null;
  }

  /**
   * Runs one attempt. It may run again after it has ended here (its node may die before the outcome
   * is written), so effects outside should be idempotent or carry {@link JobContext#attempt()} as a
   * fencing token.
   *
   * @return JSON text of at most 256 KiB, or null for nothing
   * @throws HandlerException to say whether and when to try again
   * @throws SnoozeException to run later without counting this attempt
   * @throws InterruptedException when interrupted by a timeout, a cancellation or a stopping node
   * @throws Exception anything else is a failure that is tried again; an {@link Error} is permanent
   */
  @Nullable String run(JobContext job) throws Exception;
}
