package dev.orchestrix.transition;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Events;
import dev.orchestrix.bus.JobEvent;
import dev.orchestrix.bus.LaneName;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.outbox.Relay;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** SCHEDULED and RETRYING to PENDING: jobs whose time has come. */
public final class Ripening {
  private final Postgres postgres;
  private final Relay relay;
  private final Gates gates;
  private final Events events;
  private final int node;

  public Ripening(Postgres postgres, Relay relay, Gates gates, Events events, int node) {
    this.postgres = postgres;
    this.relay = relay;
    this.gates = gates;
    this.events = events;
    this.node = node;
  }

  /**
   * Makes jobs ready and sends them on their way; those that do not wait for their time any more
   * are left alone.
   *
   * @param jobs one or more ids
   * @return how many became ready, after the commit
   */
  public Future<Integer> ripen(List<UUID> jobs) {
    CrashPoint.DUE.reach();
    var ids = jobs.toArray(UUID[]::new);
    var batch = Ids.next();
    boolean straight = gates.haveRoom(ids.length);
    return Postgres.during(
            "make due jobs ready",
            postgres
                .writes()
                .preparedQuery(TransitionSql.READY)
                .execute(Tuple.of(ids, Rows.lowest(ids), Rows.highest(ids), straight, batch, node)))
        .map(
            rows -> {
              send(rows, straight, batch);
              return rows.size();
            });
  }

  private void send(RowSet<Row> rows, boolean straight, UUID batch) {
    var entries = new ArrayList<Entry>(rows.size());
    var lanes = new ArrayList<LaneName>(0);
    for (var row : rows) {
      var entry =
          new Entry(
              row.getUUID(0),
              row.getInteger(1),
              row.getString(2),
              Priority.ofCode(row.getShort(4)));
      publish(entry, row.getString(3));
      var key = row.getString(5);
      if (key == null) {
        entries.add(entry);
      } else {
        lanes.add(new LaneName(entry.tenant(), key));
      }
    }
    gates.moved(lanes);
    if (entries.isEmpty()) {
      return;
    }
    CrashPoint.RIPENED.reach();
    if (straight) {
      relay.relay(batch, entries).onComplete(_ -> {});
      return;
    }
    gates.returned(entries);
  }

  private void publish(Entry entry, String type) {
    if (events.wanted(entry.tenant())) {
      var before = entry.attempt() == 0 ? JobState.SCHEDULED : JobState.RETRYING;
      events.publish(
          new JobEvent(
              entry.id(),
              entry.tenant(),
              type,
              JobState.PENDING,
              before,
              entry.attempt(),
              Instant.now(),
              null));
    }
  }
}
