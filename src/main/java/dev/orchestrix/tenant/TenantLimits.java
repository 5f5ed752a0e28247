package dev.orchestrix.tenant;

/**
 * How many jobs a tenant may start, whatever the number of nodes: at most burst + rate x t in any
 * window of t seconds.
 *
 * @param rate jobs a second; 0 starts none until the limit is changed
 * @param burst jobs at once, 1 or more
 */
public record TenantLimits(double rate, int burst) {
  public TenantLimits {
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
