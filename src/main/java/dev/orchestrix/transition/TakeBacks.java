package dev.orchestrix.transition;

import dev.orchestrix.bus.Events;
import dev.orchestrix.bus.JobEvent;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** RUNNING to PENDING, to CANCELLED or to FAILED: jobs whose node has died. */
public final class TakeBacks {

  /** A job that so many nodes died under is taken for their cause. */
  private static final int POISONOUS = 3;

  private final Postgres postgres;
  private final Gates gates;
  private final Events events;
  private final Meters meters;

  public TakeBacks(Postgres postgres, Gates gates, Events events, Meters meters) {
    this.postgres = postgres;
    this.gates = gates;
    this.events = events;
    this.meters = meters;
  }

  /**
   * Takes back all that a dead node was running, and forgets the node.
   *
   * @param lease how long a node is believed alive: one that has renewed since is left alone
   * @return how many jobs
   */
  public Future<Integer> takeBack(int deadNode, Duration lease) {
    return Postgres.during(
            "take back the jobs of a dead node",
            postgres
                .writes()
                .preparedQuery(TransitionSql.TAKE_BACK)
                .execute(Tuple.of(deadNode, POISONOUS, lease.toMillis())))
        .map(
            rows -> {
              rows.forEach(this::tell);
              meters.recovered("dead_node", rows.size());
              return rows.size();
            });
  }

  private void tell(Row row) {
    var priority = Priority.ofCode(row.getShort(3));
    var state = JobState.valueOf(row.getString(5));
    var tenant = row.getString(1);
    switch (state) {
      case PENDING -> gates.returned(priority, List.of(tenant));
      case CANCELLED -> meters.cancelled(tenant, row.getString(2), 1);
      case FAILED -> meters.failed(tenant, row.getString(2), 1);
      case SCHEDULED, BLOCKED, RUNNING, RETRYING, SUCCEEDED ->
          throw new IllegalStateException("no job is taken back to " + state);
    }
    if (events.wanted(tenant)) {
      events.publish(
          new JobEvent(
              row.getUUID(0),
              tenant,
              row.getString(2),
              state,
              JobState.RUNNING,
              row.getInteger(4),
              Instant.now(),
              state == JobState.FAILED ? "POISON" : null));
    }
  }
}
