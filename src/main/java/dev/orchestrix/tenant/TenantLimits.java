package dev.orchestrix.tenant;

import dev.orchestrix.core.limit.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant's jobs may do, whatever the number of nodes.
 *
 * @param rate how many may start, or null for as many as there are
 * @param running how many may run at once, 0 for none, or null for as many as there are
 */
public record TenantLimits(@Nullable RateLimit rate, @Nullable Integer running) {

  /** Whether no job may start. */
  public boolean stopped() {
    return (rate != null && rate.stopped()) || (running != null && running == 0);
  }

  /** A rate alone. */
  public static TenantLimits of(double rate, int burst) {
    return new TenantLimits(new RateLimit(rate, burst), null);
  }
}
