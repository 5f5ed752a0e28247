package dev.orchestrix.schedule;

import dev.orchestrix.store.Chore;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.transition.Expiring;
import io.vertx.core.Future;
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
public final class ExpiryWatch implements Chore {
  private static final Logger LOG = LoggerFactory.getLogger(ExpiryWatch.class);
  private static final Rhythm RHYTHM =
      Rhythm.atOnce("expiries", Duration.ofMillis(500), Duration.ofSeconds(60));
  private static final Duration NONE = Duration.ofMillis(1);
  private static final int MOST = 500;

  private final Postgres postgres;
  private final Expiring expiring;
  private boolean more;

  public ExpiryWatch(Postgres postgres, Expiring expiring) {
    this.postgres = postgres;
    this.expiring = expiring;
  }

  @Override
  public Rhythm rhythm() {
    return RHYTHM;
  }

  @Override
  public Duration pause() {
    return more ? NONE : RHYTHM.pause();
  }

  @Override
  public Future<?> turn() {
    more = false;
    return Postgres.during(
            "find jobs that are out of time",
            postgres.reads().preparedQuery(ScheduleSql.EXPIRED).execute(Tuple.of(MOST)))
        .compose(this::expire);
  }

  @Override
  public void failed(Throwable error) {
    LOG.warn("jobs that are out of time wait; trying again in {}", RHYTHM.pause(), error);
  }

  private Future<Void> expire(RowSet<Row> rows) {
    var jobs = new LinkedHashSet<UUID>();
    rows.forEach(row -> jobs.add(row.getUUID(0)));
    return jobs.isEmpty()
        ? Future.succeededFuture()
        : expiring.expire(List.copyOf(jobs)).onSuccess(_ -> more = rows.size() == MOST).mapEmpty();
  }
}
