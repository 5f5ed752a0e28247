package dev.orchestrix.outbox;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.LaneName;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Calls jobs of lanes: of each as many as may run at once, in the order of their places. Only a
 * called job may be claimed, so whatever happens to a node or to Redis no more of them run.
 */
public final class Calls {
  private static final UUID NONE = new UUID(0, 0);

  private final Postgres postgres;
  private final Predicate<Priority> straight;
  private final int node;

  /**
   * @param straight whether jobs of a priority go to their stream, and not to the backlog
   */
  public Calls(Postgres postgres, Predicate<Priority> straight, int node) {
    this.postgres = postgres;
    this.straight = straight;
    this.node = node;
  }

  /**
   * A lane that is to be looked at.
   *
   * @param slots how many of its jobs may be called at once
   * @param after the place behind which the next are looked for
   */
  record Asked(LaneName name, int slots, long after) {}

  /**
   * What one turn has done, and is committed.
   *
   * @param straight to be relayed as the batch that was given
   * @param waiting these are in the backlog
   * @param unfinished lanes that have free slots, or calls that are not made yet, and more places
   *     than were looked at
   * @param idle lanes that were looked at to their ends, and have free slots
   */
  record Turn(
      List<Entry> straight, List<Entry> waiting, List<Asked> unfinished, List<LaneName> idle) {}

  /** Up to {@code most} lanes behind one, by name. */
  Future<List<LaneName>> names(LaneName after, int most) {
    return Postgres.during(
            "find lanes",
            postgres
                .writes()
                .preparedQuery(LaneSql.NAMES)
                .execute(Tuple.of(after.tenant(), after.key(), most)))
        .map(
            rows -> {
              var names = new ArrayList<LaneName>(rows.size());
              rows.forEach(row -> names.add(new LaneName(row.getString(0), row.getString(1))));
              return names;
            });
  }

  /**
   * Frees slots and calls the next jobs of some lanes.
   *
   * @param page how many of each lane that are not called are looked at
   * @param most jobs to call in all
   * @param batch the id of the outbox row
   */
  Future<Turn> call(List<Asked> lanes, int page, int most, UUID batch) {
    return Postgres.during(
        "call jobs of lanes",
        postgres
            .writes()
            .withTransaction(
                connection ->
                    connection
                        .query(LaneSql.LOCK)
                        .execute()
                        .compose(_ -> look(connection, lanes, page))
                        .compose(
                            views ->
                                free(connection, views)
                                    .map(freed -> turn(lanes, views, freed, page, most)))
                        .compose(turn -> write(connection, turn, batch).map(turn))));
  }

  private static Future<List<LaneView>> look(SqlClient connection, List<Asked> lanes, int page) {
    return connection
        .preparedQuery(LaneSql.LOOK)
        .execute(
            Tuple.of(
                Rows.column(lanes, String[]::new, one -> one.name().tenant()),
                Rows.column(lanes, String[]::new, one -> one.name().key()),
                Rows.column(lanes, Long[]::new, Asked::after),
                page))
        .map(rows -> views(lanes, rows));
  }

  private static List<LaneView> views(List<Asked> lanes, RowSet<Row> rows) {
    var views = new ArrayList<LaneView>(lanes.size());
    for (var lane : lanes) {
      views.add(new LaneView(lane.name(), lane.slots(), new ArrayList<>()));
    }
    for (var row : rows) {
      views.get(row.getLong(0).intValue() - 1).places().add(place(row));
    }
    return views;
  }

  private static LaneView.Place place(Row row) {
    var state = row.getString(4);
    return state == null
        ? new LaneView.Place(
            row.getLong(1), row.getUUID(2), row.getBoolean(3), null, 0, Priority.NORMAL)
        : new LaneView.Place(
            row.getLong(1),
            row.getUUID(2),
            row.getBoolean(3),
            JobState.valueOf(state),
            row.getInteger(5),
            Priority.ofCode(row.getShort(6)));
  }

  /** The jobs that are not called any more. */
  private static Future<Set<UUID>> free(SqlClient connection, List<LaneView> views) {
    var seen = new ArrayList<LaneView.Place>();
    var gone = new ArrayList<UUID>();
    for (var view : views) {
      for (var one : view.over()) {
        if (one.state() == null) {
          gone.add(one.job());
        } else {
          seen.add(one);
        }
      }
      seen.addAll(view.back());
    }
    if (seen.isEmpty() && gone.isEmpty()) {
      return Future.succeededFuture(Set.of());
    }
    var ids = Rows.column(seen, UUID[]::new, LaneView.Place::job);
    return connection
        .preparedQuery(LaneSql.FREE)
        .execute(
            Tuple.of(
                ids,
                Rows.column(seen, String[]::new, one -> Objects.toString(one.state())),
                ids.length == 0 ? NONE : Rows.lowest(ids),
                ids.length == 0 ? NONE : Rows.highest(ids),
                gone.toArray(UUID[]::new)))
        .map(
            rows -> {
              var freed = new HashSet<UUID>();
              rows.forEach(row -> freed.add(row.getUUID(0)));
              return freed;
            });
  }

  private Turn turn(List<Asked> lanes, List<LaneView> views, Set<UUID> freed, int page, int most) {
    var turn = new Turn(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    int left = most;
    for (int i = 0; i < views.size(); i++) {
      var view = views.get(i);
      var next = view.next(freed, left);
      for (var one : next) {
        var entry = new Entry(one.job(), one.attempt(), view.name().tenant(), one.priority());
        (straight.test(one.priority()) ? turn.straight : turn.waiting).add(entry);
      }
      left -= next.size();
      if (view.free(freed) > next.size()) {
        var asked = lanes.get(i);
        if (left == 0) {
          turn.unfinished.add(asked);
        } else if (view.uncalled() == page) {
          turn.unfinished.add(new Asked(asked.name(), asked.slots(), view.end()));
        } else {
          turn.idle.add(asked.name());
        }
      }
    }
    return turn;
  }

  private Future<?> write(SqlClient connection, Turn turn, UUID batch) {
    if (turn.straight.isEmpty() && turn.waiting.isEmpty()) {
      return Future.succeededFuture();
    }
    var waiting = Rows.column(turn.waiting, UUID[]::new, Entry::id);
    return connection
        .preparedQuery(LaneSql.CALL)
        .execute(
            Tuple.of(
                Rows.column(turn.straight, UUID[]::new, Entry::id),
                waiting,
                waiting.length == 0 ? NONE : Rows.lowest(waiting),
                waiting.length == 0 ? NONE : Rows.highest(waiting),
                batch,
                node));
  }
}
