package dev.orchestrix.outbox;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Jobs that wait in Postgres for room on the stream. */
public final class Backlog {

  /** Batches of the outbox that one sweep moves. */
  private static final int SWEPT = 200;

  private final Postgres postgres;
  private final int node;

  public Backlog(Postgres postgres, int node) {
    this.postgres = postgres;
    this.node = node;
  }

  /**
   * Who is next of one tenant: about {@code quota} jobs of rows that stand behind {@code after}.
   */
  record Turn(String tenant, UUID after, int quota) {}

  /**
   * A job that has left the backlog.
   *
   * @param row the place of the row that held it
   */
  record Fed(Entry entry, UUID row) {}

  /**
   * Puts entries back that may not start yet. Completes after the commit.
   *
   * @param takenOver whether another dispatcher had them before, and may have put some back
   */
  public Future<Void> putBack(List<Entry> entries, boolean takenOver) {
    var ids = Rows.column(entries, UUID[]::new, Entry::id);
    var attempts = Rows.column(entries, Integer[]::new, Entry::attempt);
    return run(
            "put entries back into the backlog",
            OutboxSql.PUT_BACK,
            Tuple.of(ids, attempts, Rows.lowest(ids), Rows.highest(ids), takenOver))
        .mapEmpty();
  }

  /** Which of some entries, by their places, stand for a job that is still ready. */
  public Future<Set<Integer>> stillReady(List<Entry> entries) {
    var ids = Rows.column(entries, UUID[]::new, Entry::id);
    var attempts = Rows.column(entries, Integer[]::new, Entry::attempt);
    var parameters =
        Tuple.tuple()
            .addArrayOfUUID(ids)
            .addArrayOfInteger(attempts)
            .addUUID(Rows.lowest(ids))
            .addUUID(Rows.highest(ids));
    return run("look whether jobs are ready", OutboxSql.STILL_READY, parameters)
        .map(
            rows -> {
              var places = new HashSet<Integer>();
              rows.forEach(row -> places.add(row.getLong(0).intValue() - 1));
              return places;
            });
  }

  /** Moves batches that nobody relayed to the backlog; the priorities that have got some. */
  public Future<Set<Priority>> sweep() {
    return run("sweep the outbox", OutboxSql.SWEEP, Tuple.of(SWEPT))
        .map(
            rows -> {
              var grown = new HashSet<Priority>();
              rows.forEach(row -> grown.add(Priority.ofCode(row.getShort(0))));
              if (!grown.isEmpty()) {
                CrashPoint.SWEPT.reach();
              }
              return grown;
            });
  }

  /** How many jobs of each priority wait; a priority that is not there has none. */
  Future<Map<Priority, Long>> depths() {
    return Postgres.during(
            "count the backlog", postgres.reads().preparedQuery(OutboxSql.DEPTHS).execute())
        .map(
            rows -> {
              var depths = new EnumMap<Priority, Long>(Priority.class);
              rows.forEach(row -> depths.put(Priority.ofCode(row.getShort(0)), row.getLong(1)));
              return depths;
            });
  }

  /** Up to {@code most} tenants after a name that have jobs waiting, by name. */
  Future<List<String>> waiting(Priority priority, int most, String after) {
    return run(
            "find waiting tenants",
            OutboxSql.WAITING_TENANTS,
            Tuple.of(priority.code(), most, after))
        .map(
            rows -> {
              var tenants = new ArrayList<String>();
              rows.forEach(row -> tenants.add(row.getString(0)));
              return tenants;
            });
  }

  /**
   * Moves the next jobs of each turn to the outbox, as the given batch.
   *
   * @param amount how many in all; it may be some dozens more
   */
  Future<List<Fed>> feed(Priority priority, List<Turn> turns, int amount, UUID batch) {
    return run(
            "feed from the backlog",
            OutboxSql.FEED,
            Tuple.of(
                    priority.code(),
                    Rows.column(turns, String[]::new, Turn::tenant),
                    Rows.column(turns, UUID[]::new, Turn::after),
                    Rows.column(turns, Integer[]::new, Turn::quota),
                    amount,
                    batch)
                .addInteger(node))
        .map(
            rows -> {
              var fed = new ArrayList<Fed>(rows.size());
              for (var row : rows) {
                var entry =
                    new Entry(row.getUUID(2), row.getInteger(3), row.getString(0), priority);
                fed.add(new Fed(entry, row.getUUID(1)));
              }
              return fed;
            });
  }

  private Future<RowSet<Row>> run(String operation, String sql, Tuple parameters) {
    return Postgres.during(operation, postgres.writes().preparedQuery(sql).execute(parameters));
  }
}
