package dev.orchestrix.recover;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.core.job.LetterFilter;
import dev.orchestrix.core.job.RedriveState;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.transition.Revivals;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Commands about redrives: ask for one, stop it, undo it. The leader does the work ({@link
 * Redrives}).
 */
public final class Redriving {
  private static final int UNDONE_AT_ONCE = 500;

  private final Vertx vertx;
  private final Postgres postgres;
  private final Revivals revivals;

  public Redriving(Vertx vertx, Postgres postgres, Revivals revivals) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.revivals = revivals;
  }

  /**
   * What is to be redriven, and how.
   *
   * @param rate jobs a second, more than 0
   * @param stopAfterFailures jobs that may fail again, 1 or more, or null for any number
   */
  public record Order(LetterFilter filter, double rate, @Nullable Integer stopAfterFailures) {}

  /** Asks for a redrive of the letters that are there now; its id, after the commit. */
  public Future<UUID> ask(Order order) {
    var id = Ids.next();
    var filter = order.filter();
    return run(
            "ask for a redrive",
            LetterSql.ASK,
            Tuple.of(id, filter.tenant(), text(filter), order.rate(), order.stopAfterFailures()))
        .map(
            _ -> {
              vertx.eventBus().publish(Addresses.REDRIVE_ASKED, id.toString());
              return id;
            });
  }

  /** Stops a redrive; false when there is none of that id that runs. Its jobs go their way. */
  public Future<Boolean> stop(UUID id) {
    return end(id, RedriveState.STOPPED);
  }

  /**
   * Stops a redrive, and fails those of its jobs again that have not started since; their letters
   * are back. After a failure some are and some are not: undo it again.
   *
   * @return how many, or nothing when there is no such redrive
   */
  public Future<Optional<Integer>> undo(UUID id) {
    return end(id, RedriveState.UNDONE)
        .compose(
            known ->
                known
                    ? undo(id, new UUID(0, 0), 0).map(Optional::of)
                    : Future.succeededFuture(Optional.empty()));
  }

  private Future<Integer> undo(UUID id, UUID after, int before) {
    return run(
            "find what a redrive has moved",
            LetterSql.ON_THEIR_WAY,
            Tuple.of(id, after, UNDONE_AT_ONCE))
        .compose(
            rows -> {
              var jobs = ids(rows);
              return jobs.isEmpty()
                  ? Future.succeededFuture(before)
                  : revivals
                      .undo(id, jobs)
                      .compose(count -> undo(id, jobs.getLast(), before + count));
            });
  }

  private Future<Boolean> end(UUID id, RedriveState next) {
    var before = RedriveState.before(next).stream().map(RedriveState::name).toArray(String[]::new);
    return run("end a redrive", LetterSql.MOVE, Tuple.of(id, next.name(), before))
        .map(rows -> rows.rowCount() > 0);
  }

  private static List<UUID> ids(RowSet<Row> rows) {
    var ids = new ArrayList<UUID>(rows.size());
    rows.forEach(row -> ids.add(row.getUUID(0)));
    return ids;
  }

  /** As it is stored, and as clients read it. */
  private static String text(LetterFilter filter) {
    var json = new JsonObject().put("tenant", filter.tenant());
    put(json, "type", filter.type());
    put(json, "category", filter.category());
    put(json, "fingerprint", filter.fingerprint());
    put(json, "failed_after", text(filter.failedAfter()));
    put(json, "failed_before", text(filter.failedBefore()));
    return json.encode();
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }

  private static void put(JsonObject json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private Future<RowSet<Row>> run(String operation, String sql, Tuple parameters) {
    return Postgres.during(operation, postgres.reads().preparedQuery(sql).execute(parameters));
  }
}
