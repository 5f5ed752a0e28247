package dev.orchestrix.schedule;

import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.transition.Expiring;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fails jobs that wait although their time is over. */
public final class ExpiryWatch extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(ExpiryWatch.class);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration NONE = Duration.ofMillis(1);
  private static final int MOST = 500;

  private final Postgres postgres;
  private final Expiring expiring;
  private final Leadership leadership;
  private final Meters meters;
  private boolean stopping;

  public ExpiryWatch(Postgres postgres, Expiring expiring, Leadership leadership, Meters meters) {
    this.postgres = postgres;
    this.expiring = expiring;
    this.leadership = leadership;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    context.runOnContext(_ -> look());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.succeededFuture();
  }

  private void look() {
    if (stopping) {
      return;
    }
    var work = leadership.leads() ? pass() : Future.succeededFuture(PAUSE);
    work.onFailure(
            e -> {
              meters.failure("expiries");
              LOG.warn("jobs that are out of time wait; trying again in {}", PAUSE, e);
            })
        .otherwise(PAUSE)
        .onSuccess(pause -> vertx.setTimer(pause.toMillis(), _ -> look()));
  }

  /** How long to wait before the next pass. */
  private Future<Duration> pass() {
    return Postgres.during(
            "find jobs that are out of time",
            postgres.reads().preparedQuery(ScheduleSql.EXPIRED).execute(Tuple.of(MOST)))
        .compose(this::expire);
  }

  private Future<Duration> expire(RowSet<Row> rows) {
    var jobs = new LinkedHashSet<UUID>();
    rows.forEach(row -> jobs.add(row.getUUID(0)));
    return jobs.isEmpty()
        ? Future.succeededFuture(PAUSE)
        : expiring.expire(List.copyOf(jobs)).map(_ -> rows.size() == MOST ? NONE : PAUSE);
  }
}
