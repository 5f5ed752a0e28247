package dev.orchestrix.execute;

import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.Outcome;
import dev.orchestrix.transition.TimeLeft;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When an attempt has to end: after its timeout, at its job's deadline, or when it has been silent
 * for too long. Any thread may ask and tell; times are as {@link System#nanoTime} tells them.
 */
final class AttemptClocks {

  /** How far ahead of now an attempt may move its timeout. */
  static final Duration LONGEST = Duration.ofHours(24);

  private final TimeLeft left;
  private final Duration timeout;
  private long startedNanos;
  private long endNanos;
  private volatile long heardNanos;

  AttemptClocks(Duration timeout, TimeLeft left, long nowNanos) {
    this.left = left;
    this.timeout = timeout;
    start(nowNanos);
  }

  /** The handler begins: its timeout and its silence count from now. */
  synchronized void start(long nowNanos) {
    startedNanos = nowNanos;
    endNanos = nowNanos + timeout.toNanos();
    heardNanos = nowNanos;
  }

  /** The attempt gave a sign of life. */
  void hear(long nowNanos) {
    heardNanos = nowNanos;
  }

  /**
   * Moves the timeout to {@code more} from now, at most a day and not past the deadline of the job;
   * never to an earlier moment.
   */
  synchronized void extend(Duration more, long nowNanos) {
    if (!more.isPositive()) {
      return;
    }
    long wanted = nowNanos + (more.compareTo(LONGEST) > 0 ? LONGEST : more).toNanos();
    if (wanted - endNanos > 0) {
      endNanos = wanted;
    }
  }

  /** When the attempt has to end, whatever it says of itself. */
  synchronized long endNanos() {
    var deadline = left.deadlineNanos();
    return deadline != null && deadline - endNanos < 0 ? deadline : endNanos;
  }

  /** Why the attempt has to end now, or null if it may go on. */
  synchronized Outcome.@Nullable Failed over(long nowNanos) {
    var untilDeadline = left.untilDeadline(nowNanos);
    if (untilDeadline != null && !untilDeadline.isPositive()) {
      return past();
    }
    if (nowNanos - endNanos >= 0) {
      long millis = Duration.ofNanos(endNanos - startedNanos).toMillis();
      return failed(ErrorCategory.TIMEOUT, "ran longer than " + millis + " ms", true);
    }
    var heartbeat = left.heartbeat();
    if (heartbeat != null && nowNanos - heardNanos >= heartbeat.toNanos()) {
      return failed(
          ErrorCategory.HEARTBEAT,
          "gave no sign of life for " + heartbeat.toMillis() + " ms",
          true);
    }
    return null;
  }

  /** How a job ends whose deadline has passed. */
  static Outcome.Failed past() {
    return failed(ErrorCategory.DEADLINE, "it had not ended by its deadline", false);
  }

  /** How a job ends that was claimed too late. */
  static Outcome.Failed expired() {
    return failed(ErrorCategory.EXPIRED, "it had not begun in its time", false);
  }

  private static Outcome.Failed failed(ErrorCategory category, String message, boolean retryable) {
    return new Outcome.Failed(category, message, null, retryable, null);
  }
}
