package dev.orchestrix.core.limit;

import java.time.Duration;

/**
 * How many may go now, if so many are to go in a second. What was not used is kept for at most a
 * second, so that a pause is followed by no flood. Pure but for the time it was asked last; for one
 * thread.
 */
public final class Pace {
  private static final double NANOS = Duration.ofSeconds(1).toNanos();

  private final double rate;
  private final double most;
  private double saved;
  private long askedAt;

  /**
   * @param rate how many a second, more than 0
   * @param nowNanos when it begins: nothing is saved then
   */
  public Pace(double rate, long nowNanos) {
    this.rate = rate;
    this.most = Math.max(1, rate);
    this.askedAt = nowNanos;
  }

  /** How many may go now, 0 to {@code limit}; those are taken. */
  public int take(int limit, long nowNanos) {
    saved = Math.min(most, saved + rate * Math.max(0, nowNanos - askedAt) / NANOS);
    askedAt = nowNanos;
    int taken = (int) Math.min(limit, Math.floor(saved));
    saved -= taken;
    return taken;
  }
}
