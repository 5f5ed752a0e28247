package dev.orchestrix.core.limit;

/**
 * By how much starts come later than they usually do after they were admitted. What is usual does
 * no harm, since all starts are as late; whoever is later begins together with those behind it. Not
 * thread-safe.
 */
public final class Lateness {

  /** How much one observation moves what is usual. */
  private static final double NEWS = 0.05;

  private double usualNanos;

  /**
   * Observes some starts.
   *
   * @param nanos how long after their admission they began
   * @return how much of that buckets have not allowed for, in nanoseconds; 0 when all is usual
   */
  public long observe(long nanos) {
    double over = nanos - usualNanos - TokenBucket.ALLOWED_NANOS;
    usualNanos += (nanos - usualNanos) * NEWS;
    return Math.max(0, (long) over);
  }
}
