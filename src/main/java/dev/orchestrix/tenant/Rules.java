package dev.orchestrix.tenant;

import dev.orchestrix.config.Settings;
import dev.orchestrix.core.limit.TokenBucket;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** What a node knows of who may do how much: one memory of each kind. */
public record Rules(
    Tenants tenants, Limits limits, Pauses pauses, Quotas quotas, RetentionRange retention) {

  /** Nothing is known before {@link #start}. */
  public static Rules of(Vertx vertx, Postgres postgres, Meters meters, Settings settings) {
    return of(vertx, postgres, meters, RetentionRange.of(settings));
  }

  /** The same where no jobs are kept. */
  public static Rules of(Vertx vertx, Postgres postgres, Meters meters) {
    return of(vertx, postgres, meters, RetentionRange.WIDEST);
  }

  private static Rules of(Vertx vertx, Postgres postgres, Meters meters, RetentionRange retention) {
    var tenants = new Tenants(vertx, postgres);
    return new Rules(
        tenants,
        new Limits(vertx, postgres),
        new Pauses(vertx, postgres, tenants.leaving()),
        new Quotas(vertx, postgres, tenants, meters),
        retention);
  }

  /** Reads everything and listens for changes from then on. */
  public Future<Void> start() {
    quotas.start();
    return Future.join(tenants.start(), limits.start(), pauses.start()).mapEmpty();
  }

  /** Asks Postgres no more. */
  public void stop() {
    tenants.stop();
    limits.stop();
    pauses.stop();
    quotas.stop();
  }

  /** A tenant's share of the slots: its weight, or 0 while it may have none. */
  public int share(String tenant) {
    return pauses.tenant(tenant) ? 0 : tenants.share(tenant);
  }

  /**
   * How many jobs of a tenant its rate may take at once, to start or to wait for their tokens; 0
   * while it may have none.
   */
  public int atOnce(String tenant) {
    if (share(tenant) == 0) {
      return 0;
    }
    return tenants
        .limits(tenant)
        .map(TenantLimits::rate)
        .map(rate -> TokenBucket.of(rate.rate(), rate.burst()).most())
        .orElse(Integer.MAX_VALUE);
  }
}
