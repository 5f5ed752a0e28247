package dev.orchestrix.recover;

import dev.orchestrix.metrics.Meters;
import dev.orchestrix.redis.TenantTraces;
import dev.orchestrix.store.Chore;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.tenant.Tenants;
import dev.orchestrix.transition.Cancels;
import dev.orchestrix.transition.Erasing;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes tenants away that are being deleted, with all that is their own, a batch at a time. */
public final class TenantRemoval implements Chore {
  private static final Logger LOG = LoggerFactory.getLogger(TenantRemoval.class);
  private static final Rhythm RHYTHM =
      Rhythm.later("tenant_removal", Duration.ofSeconds(1), Duration.ofSeconds(60));

  /** Steps of one tenant before it is the turn of the next. */
  private static final int STEPS = 50;

  private static final int MOST = 1000;
  private static final int LEAST = 10;

  private final Tenants tenants;
  private final Postgres postgres;
  private final Cancels cancels;
  private final Erasing erasing;
  private final TenantTraces traces;
  private final Leadership leadership;
  private final Meters meters;
  private final Map<String, Departure> departures = new HashMap<>();
  private int batch = MOST;
  private boolean stopping;

  public TenantRemoval(
      Tenants tenants,
      Postgres postgres,
      Cancels cancels,
      TenantTraces traces,
      Leadership leadership,
      Meters meters) {
    this.tenants = tenants;
    this.postgres = postgres;
    this.cancels = cancels;
    this.erasing = new Erasing(postgres);
    this.traces = traces;
    this.leadership = leadership;
    this.meters = meters;
  }

  @Override
  public Rhythm rhythm() {
    return RHYTHM;
  }

  /** Whoever leads now knows better how far they are. */
  @Override
  public void standBy() {
    departures.clear();
  }

  @Override
  public void stop() {
    stopping = true;
  }

  @Override
  public Future<?> turn() {
    return tenants
        .departing()
        .compose(
            leaving -> {
              departures.keySet().retainAll(leaving);
              return each(leaving);
            })
        .onSuccess(_ -> batch = Math.min(MOST, batch * 2));
  }

  @Override
  public void failed(Throwable error) {
    batch = Math.max(LEAST, batch / 2);
    LOG.warn(
        "tenants={} stay for now; going on in {} with {} jobs at once: {}",
        departures.keySet(),
        RHYTHM.pause(),
        batch,
        error.getMessage());
  }

  private Future<Void> each(List<String> leaving) {
    Future<Void> chain = Future.succeededFuture();
    for (var tenant : leaving) {
      chain =
          chain
              .compose(_ -> tenants.close(tenant))
              .compose(_ -> steps(departures.computeIfAbsent(tenant, this::departure), STEPS));
    }
    return chain;
  }

  private Departure departure(String tenant) {
    LOG.info("tenant={} is being deleted with all of its jobs", tenant);
    return new Departure(tenant, postgres, cancels, erasing);
  }

  private Future<Void> steps(Departure departure, int left) {
    if (left == 0 || stopping || !leadership.leads()) {
      return Future.succeededFuture();
    }
    int before = departure.erased();
    return departure
        .step(batch)
        .onSuccess(_ -> count(departure.erased() - before))
        .compose(
            step ->
                switch (step) {
                  case GOES_ON -> steps(departure, left - 1);
                  case WAITS -> Future.succeededFuture();
                  case BARE -> leave(departure);
                });
  }

  private void count(int jobs) {
    if (jobs > 0) {
      meters.deleted("tenant", jobs);
    }
  }

  private Future<Void> leave(Departure departure) {
    var tenant = departure.tenant();
    return departure
        .sweep(batch)
        .compose(_ -> traces.forget(tenant))
        .compose(_ -> tenants.go(tenant))
        .map(
            gone -> {
              if (gone) {
                departures.remove(tenant);
                LOG.info(
                    "tenant={} is gone, with {} jobs that this node has deleted; its id may be used"
                        + " anew",
                    tenant,
                    departure.erased());
              }
              return null;
            });
  }
}
