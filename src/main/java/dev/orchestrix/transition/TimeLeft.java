package dev.orchestrix.transition;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What limits the time of a claimed job, besides the timeout of its attempt. Taken from the
 * database's clock, so that a node whose clock is wrong keeps to it all the same.
 *
 * @param expired whether it should have begun before it did
 * @param deadlineNanos when it has to have ended, as {@link System#nanoTime} tells it here, or null
 *     for never
 * @param heartbeat how long the attempt may be silent, or null for as long as it runs
 */
public record TimeLeft(
    boolean expired, @Nullable Long deadlineNanos, @Nullable Duration heartbeat) {

  /** No limit. */
  public static final TimeLeft UNLIMITED = new TimeLeft(false, null, null);

  static TimeLeft of(
      @Nullable Boolean expired, @Nullable Long leftMillis, @Nullable Long heartbeatMillis) {
    boolean late = expired != null && expired;
    if (!late && leftMillis == null && heartbeatMillis == null) {
      return UNLIMITED;
    }
    return new TimeLeft(
        late,
        leftMillis == null ? null : System.nanoTime() + leftMillis * 1_000_000,
        heartbeatMillis == null ? null : Duration.ofMillis(heartbeatMillis));
  }

  /** How long until the deadline, negative when it has passed; null if there is none. */
  public @Nullable Duration untilDeadline(long nowNanos) {
    return deadlineNanos == null ? null : Duration.ofNanos(deadlineNanos - nowNanos);
  }
}
