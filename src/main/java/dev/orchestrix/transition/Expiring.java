package dev.orchestrix.transition;

import dev.orchestrix.bus.Events;
import dev.orchestrix.bus.JobEvent;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Whatever waits to FAILED: jobs that have run out of time. */
public final class Expiring {
  private final Postgres postgres;
  private final Events events;
  private final Meters meters;

  public Expiring(Postgres postgres, Events events, Meters meters) {
    this.postgres = postgres;
    this.events = events;
    this.meters = meters;
  }

  /**
   * Fails those of some jobs that wait and whose time is over by the database's clock; the others
   * are left alone.
   *
   * @param jobs one or more ids, each once
   * @return how many failed, after the commit
   */
  public Future<Integer> expire(List<UUID> jobs) {
    var ids = jobs.toArray(UUID[]::new);
    return Postgres.during(
            "fail jobs that are out of time",
            postgres
                .writes()
                .preparedQuery(ExpirySql.EXPIRE)
                .execute(Tuple.of(ids, Rows.lowest(ids), Rows.highest(ids))))
        .map(
            rows -> {
              rows.forEach(this::tell);
              return rows.size();
            });
  }

  private void tell(Row row) {
    var tenant = row.getString(1);
    var type = row.getString(2);
    meters.failed(tenant, type, 1);
    if (events.wanted(tenant)) {
      events.publish(
          new JobEvent(
              row.getUUID(0),
              tenant,
              type,
              JobState.FAILED,
              JobState.valueOf(row.getString(3)),
              row.getInteger(4),
              Instant.now(),
              row.getString(5)));
    }
  }
}
