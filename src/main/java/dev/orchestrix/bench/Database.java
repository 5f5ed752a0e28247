package dev.orchestrix.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** What Postgres says about the jobs of a run; every question has a connection of its own. */
final class Database {
  private final Vertx vertx;
  private final URI url;

  Database(Vertx vertx, URI url) {
    this.vertx = vertx;
    this.url = url;
  }

  /** How many of the jobs are in which state. */
  Future<Map<String, Long>> states(BatchAnswer jobs) {
    return ask(BenchSql.COUNT_STATES, range(jobs))
        .map(
            rows -> {
              var states = new LinkedHashMap<String, Long>();
              rows.forEach(row -> states.put(row.getString(0), row.getLong(1)));
              return states;
            });
  }

  /**
   * How long it took from one fraction of the jobs having ended to another.
   *
   * @param from 0..1
   * @param to {@code from} to 1
   */
  Future<Duration> between(BatchAnswer jobs, double from, double to) {
    return ask(BenchSql.ENDED_AT, range(jobs).addArrayOfDouble(new Double[] {from, to}))
        .map(rows -> rows.iterator().next().getArrayOfOffsetDateTimes(0))
        .map(times -> span(times));
  }

  /** Its version and how it writes. */
  Future<JsonObject> settings() {
    return ask(BenchSql.SETTINGS, Tuple.tuple()).map(rows -> rows.iterator().next().toJson());
  }

  private static Duration span(OffsetDateTime[] times) {
    return Duration.between(times[0], times[1]);
  }

  private static Tuple range(BatchAnswer jobs) {
    return Tuple.of(UUID.fromString(jobs.lowest()), UUID.fromString(jobs.highest()));
  }

  private Future<RowSet<Row>> ask(String sql, Tuple values) {
    return with(connection -> connection.preparedQuery(sql).execute(values));
  }

  private <T> Future<T> with(Function<PgConnection, Future<T>> action) {
    return PgConnection.connect(vertx, PgConnectOptions.fromUri(url.toString()))
        .compose(connection -> action.apply(connection).eventually(connection::close));
  }
}
