package dev.orchestrix.bench.chaos;

import dev.orchestrix.core.job.JobState;
import dev.orchestrix.store.PostgresUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.LongStream;

/** What Postgres knows of the run, asked without any proxy, on a connection for each question. */
final class Ledger {
  private static final int PAGE = 50_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Vertx vertx;
  private final URI url;

  Ledger(Vertx vertx, URI url) {
    this.vertx = vertx;
    this.url = url;
  }

  /** Begins to note every move; before the first job. */
  void watch() {
    var _ = ask("watch jobs", connection -> connection.query(ChaosSql.WATCH).execute());
  }

  /** Every move, in the order in which they were made. */
  List<History.Move> moves() {
    var moves = new ArrayList<History.Move>();
    long last = 0;
    while (true) {
      var page = page(last);
      for (var row : page) {
        moves.add(move(row));
        last = row.getLong(0);
      }
      if (page.size() < PAGE) {
        return moves;
      }
    }
  }

  /** When jobs started last, by tenant, in microseconds since the epoch. */
  Map<String, long[]> starts() {
    var times = new HashMap<String, LongStream.Builder>();
    var rows = ask("read starts", connection -> connection.query(ChaosSql.STARTS).execute());
    for (var row : rows) {
      times.computeIfAbsent(row.getString(0), _ -> LongStream.builder()).add(row.getLong(1));
    }
    var starts = new HashMap<String, long[]>();
    times.forEach((tenant, built) -> starts.put(tenant, built.build().toArray()));
    return starts;
  }

  /** How many jobs have not ended. */
  long live() {
    return ask("count jobs", connection -> connection.query(ChaosSql.LIVE).execute())
        .iterator()
        .next()
        .getLong(0);
  }

  /** How many rows are left of each kind that a cluster without work does not have. */
  JsonObject left() {
    return ask("look what is left", connection -> connection.query(ChaosSql.LEFT).execute())
        .iterator()
        .next()
        .toJson();
  }

  /** Makes a tenant of which so many jobs start in a second. */
  void limit(String tenant, double rate) {
    var _ =
        ask(
            "limit a tenant",
            connection -> connection.preparedQuery(ChaosSql.LIMIT).execute(Tuple.of(tenant, rate)));
  }

  /** Ends all sessions of the nodes. */
  void terminateSessions() {
    var _ = ask("end sessions", connection -> connection.query(ChaosSql.TERMINATE).execute());
  }

  /** Lets another node lead at once. */
  void endTerms() {
    var _ = ask("end terms", connection -> connection.query(ChaosSql.END_TERMS).execute());
  }

  private RowSet<Row> page(long after) {
    return ask(
        "read moves",
        connection -> connection.preparedQuery(ChaosSql.MOVES).execute(Tuple.of(after, PAGE)));
  }

  private static History.Move move(Row row) {
    var before = row.getString(2);
    return new History.Move(
        row.getUUID(1),
        before == null ? null : JobState.valueOf(before),
        JobState.valueOf(row.getString(3)),
        row.getInteger(4),
        row.getOffsetDateTime(5).toInstant());
  }

  private <T> T ask(String what, Function<PgConnection, Future<T>> question) {
    try {
      return PgConnection.connect(vertx, PostgresUrl.options(url))
          .compose(connection -> question.apply(connection).eventually(connection::close))
          .await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new ChaosException("Postgres did not answer in time: " + what, late);
    } catch (Exception e) {
      // await rethrows whatever the future failed with, checked or not
      throw new ChaosException("Postgres was asked to " + what + ": " + e, e);
    }
  }
}
