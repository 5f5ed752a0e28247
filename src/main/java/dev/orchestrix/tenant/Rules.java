package dev.orchestrix.tenant;

import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** What a node knows of who may do how much: one memory of each kind. */
public record Rules(Tenants tenants, Limits limits, Pauses pauses) {

  /** Nothing is known before {@link #start}. */
  public static Rules of(Vertx vertx, Postgres postgres) {
    return new Rules(
        new Tenants(vertx, postgres), new Limits(vertx, postgres), new Pauses(vertx, postgres));
  }

  /** Reads everything and listens for changes from then on. */
  public Future<Void> start() {
    return Future.join(tenants.start(), limits.start(), pauses.start()).mapEmpty();
  }

  /** Asks Postgres no more. */
  public void stop() {
    tenants.stop();
    limits.stop();
    pauses.stop();
  }

  /** A tenant's share of the slots: its weight, or 0 while it may have none. */
  public int share(String tenant) {
    return pauses.tenant(tenant) ? 0 : tenants.share(tenant);
  }
}
