package dev.orchestrix.tenant;

import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;

/** Tenants, none of which has a limit. */
public final class Tenants {

  @SuppressWarnings("UnusedVariable")
  public Tenants(Vertx vertx, Postgres postgres) {}

  public Future<Void> start() {
    return Future.succeededFuture();
  }

  /** The limits of a tenant, or nothing when it has none. */
  public Optional<TenantLimits> limits(String tenant) {
    return Optional.empty();
  }
}
