package dev.orchestrix.core.limit;

/**
 * How many jobs may start, whatever the number of nodes: at most burst + rate x t in any window of
 * t seconds.
 *
 * @param rate tokens a second; 0 starts none until the limit is changed
 * @param burst tokens at once, 1 or more
 */
public record RateLimit(double rate, int burst) {
  public RateLimit {
    if (!(rate >= 0 && Double.isFinite(rate))) {
      throw new IllegalArgumentException("rate " + rate);
    }
    if (burst < 1) {
      throw new IllegalArgumentException("burst " + burst);
    }
  }

  /** Whether no job may start. */
  public boolean stopped() {
    return rate == 0;
  }
}
