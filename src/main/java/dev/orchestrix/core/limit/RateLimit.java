package dev.orchestrix.core.limit;

import org.jspecify.annotations.Nullable;

/**
 * How many jobs may start, whatever the number of nodes: at most burst + rate x t in any window of
 * t seconds.
 *
 * @param rate tokens a second; 0 starts none until the limit is changed
 * @param burst tokens at once, 1 or more
 */
public record RateLimit(double rate, int burst) {
  /** More tokens a second are no limit: no cluster starts as many jobs. */
  public static final double MOST_RATE = 1e6;

  /** Requests a second that a key may be limited to. */
  public static final double LEAST_REQUESTS = 0.001;

  public static final int MOST_BURST = 1_000_000;

  public RateLimit {
    if (!(rate >= 0 && Double.isFinite(rate))) {
      throw new IllegalArgumentException("rate " + rate);
    }
    if (burst < 1) {
      throw new IllegalArgumentException("burst " + burst);
    }
  }

  /**
   * A rate whose burst may have been left out: then it is what comes in a second, so that a pause
   * of half of that, in which nothing could start, costs nothing of the rate.
   */
  public static RateLimit of(double rate, @Nullable Integer burst) {
    return new RateLimit(rate, burst == null ? Math.max(1, (int) Math.ceil(rate)) : burst);
  }

  /** Whether no job may start. */
  public boolean stopped() {
    return rate == 0;
  }
}
