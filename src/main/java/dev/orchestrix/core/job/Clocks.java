package dev.orchestrix.core.job;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What else limits the time of a job, besides the timeout of each attempt.
 *
 * @param expiresAt when it fails if it has not begun, or null for never
 * @param deadlineAt when it fails if it has not ended, or null for never
 * @param heartbeat how long an attempt may be silent, or null for as long as it runs
 */
public record Clocks(
    @Nullable Instant expiresAt, @Nullable Instant deadlineAt, @Nullable Duration heartbeat) {

  /** No limit but the timeout. */
  public static final Clocks NONE = new Clocks(null, null, null);
}
