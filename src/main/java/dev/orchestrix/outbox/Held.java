package dev.orchestrix.outbox;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Jobs that wait in Postgres for one limit each, apart from the backlog. */
public final class Held {
  private final Postgres postgres;
  private final int node;

  public Held(Postgres postgres, int node) {
    this.postgres = postgres;
    this.node = node;
  }

  /** An entry and what its job waits for. */
  public record Waiting(Entry entry, Reason reason) {}

  /**
   * Holds jobs that are still ready. Completes after the commit.
   *
   * @param takenOver whether another dispatcher had them before, and may have held some
   */
  public Future<Void> hold(List<Waiting> waiting, boolean takenOver) {
    var ids = Rows.column(waiting, UUID[]::new, one -> one.entry().id());
    var parameters =
        Tuple.tuple()
            .addArrayOfUUID(ids)
            .addArrayOfInteger(Rows.column(waiting, Integer[]::new, one -> one.entry().attempt()))
            .addArrayOfString(Rows.column(waiting, String[]::new, one -> one.reason().text()))
            .addUUID(Rows.lowest(ids))
            .addUUID(Rows.highest(ids))
            .addBoolean(takenOver);
    return run("hold jobs back", HeldSql.HOLD, parameters).mapEmpty();
  }

  /** Up to {@code most} things after a name that jobs wait for, by name. */
  Future<List<String>> reasons(int most, String after) {
    return run("find what jobs wait for", HeldSql.REASONS, Tuple.of(most, after))
        .map(
            rows -> {
              var reasons = new ArrayList<String>();
              rows.forEach(row -> reasons.add(row.getString(0)));
              return reasons;
            });
  }

  /**
   * Moves the next jobs of each reason to the outbox, as the given batch: high priorities first,
   * and as many of one tenant as of another.
   *
   * @param amounts how many of each
   */
  Future<List<Entry>> feed(Map<String, Integer> amounts, UUID batch) {
    var parameters =
        Tuple.tuple()
            .addArrayOfString(amounts.keySet().toArray(String[]::new))
            .addArrayOfInteger(amounts.values().toArray(Integer[]::new))
            .addUUID(batch)
            .addInteger(node);
    return run("let held jobs go", HeldSql.FEED_HELD, parameters).map(Held::entries);
  }

  /**
   * Moves the oldest jobs of circuits that are to be tried to the outbox, as the given batch, and
   * half opens those circuits.
   *
   * @param most of each circuit
   * @param patience when they count as lost
   */
  Future<List<Entry>> probe(int most, Duration patience, UUID batch) {
    return run(
            "have circuits probed", HeldSql.PROBE, Tuple.of(most, batch, node, patience.toMillis()))
        .map(Held::entries);
  }

  private static List<Entry> entries(RowSet<Row> rows) {
    var entries = new ArrayList<Entry>(rows.size());
    rows.forEach(row -> entries.add(entry(row)));
    return entries;
  }

  private static Entry entry(Row row) {
    return new Entry(
        row.getUUID(0), row.getInteger(1), row.getString(2), Priority.ofCode(row.getShort(3)));
  }

  private Future<RowSet<Row>> run(String operation, String sql, Tuple parameters) {
    return Postgres.during(operation, postgres.writes().preparedQuery(sql).execute(parameters));
  }
}
