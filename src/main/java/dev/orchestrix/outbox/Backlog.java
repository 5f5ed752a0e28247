package dev.orchestrix.outbox;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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

  /** Who is next of one tenant: at most {@code quota} jobs with ids above {@code after}. */
  record Turn(String tenant, UUID after, int quota) {}

  /** Puts entries back that may not start yet. Completes after the commit. */
  public Future<Void> putBack(List<Entry> entries) {
    var ids = Rows.column(entries, UUID[]::new, Entry::id);
    var attempts = Rows.column(entries, Integer[]::new, Entry::attempt);
    return run(
            "put entries back into the backlog",
            OutboxSql.PUT_BACK,
            Tuple.of(ids, attempts, Rows.lowest(ids), Rows.highest(ids)))
        .mapEmpty();
  }

  /** Moves batches that nobody relayed to the backlog; the priorities that have got some. */
  public Future<Set<Priority>> sweep() {
    return run("sweep the outbox", OutboxSql.SWEEP, Tuple.of(SWEPT))
        .map(
            rows -> {
              var grown = new HashSet<Priority>();
              rows.forEach(row -> grown.add(Priority.ofCode(row.getShort(0))));
              return grown;
            });
  }

  /** Up to {@code most} tenants that have jobs waiting, by name. */
  Future<List<String>> waiting(Priority priority, int most) {
    return run("find waiting tenants", OutboxSql.WAITING_TENANTS, Tuple.of(priority.code(), most))
        .map(
            rows -> {
              var tenants = new ArrayList<String>();
              rows.forEach(row -> tenants.add(row.getString(0)));
              return tenants;
            });
  }

  /** Moves the next jobs of each turn to the outbox, as the given batch. */
  Future<List<Entry>> feed(Priority priority, List<Turn> turns, UUID batch) {
    return run(
            "feed from the backlog",
            OutboxSql.FEED,
            Tuple.of(
                priority.code(),
                Rows.column(turns, String[]::new, Turn::tenant),
                Rows.column(turns, UUID[]::new, Turn::after),
                Rows.column(turns, Integer[]::new, Turn::quota),
                batch,
                node))
        .map(
            rows -> {
              var entries = new ArrayList<Entry>(rows.size());
              for (var row : rows) {
                entries.add(
                    new Entry(row.getUUID(0), row.getInteger(1), row.getString(2), priority));
              }
              return entries;
            });
  }

  private Future<RowSet<Row>> run(String operation, String sql, Tuple parameters) {
    return Postgres.during(operation, postgres.writes().preparedQuery(sql).execute(parameters));
  }
}
