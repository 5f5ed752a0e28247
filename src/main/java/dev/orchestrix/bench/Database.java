package dev.orchestrix.bench;

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
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
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

  /** How long light jobs waited beside a heavy tenant's. */
  Future<JsonObject> waits() {
    return ask(BenchSql.LIGHT_WAITS, Tuple.tuple())
        .map(
            rows -> {
              var row = rows.iterator().next();
              var millis = row.getArrayOfDoubles("millis");
              return new JsonObject()
                  .put("jobs", row.getLong("jobs"))
                  .put("p50_ms", Figures.tenths(millis[0]))
                  .put("p95_ms", Figures.tenths(millis[1]))
                  .put("p99_ms", Figures.tenths(millis[2]))
                  .put("max_ms", Figures.tenths(millis[3]));
            });
  }

  /** For how many seconds jobs of a tenant held a slot between two times. */
  Future<Double> slotSeconds(String tenant, Instant from, Instant to) {
    var values = Tuple.of(tenant, from.atOffset(ZoneOffset.UTC), to.atOffset(ZoneOffset.UTC));
    return ask(BenchSql.SLOT_SECONDS, values)
        .map(rows -> Figures.tenths(rows.iterator().next().getDouble(0)));
  }

  /** How many jobs of a tenant wait for a slot. */
  Future<Long> pending(String tenant) {
    return ask(BenchSql.PENDING, Tuple.of(tenant)).map(rows -> rows.iterator().next().getLong(0));
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
    return PgConnection.connect(vertx, PostgresUrl.options(url))
        .compose(connection -> action.apply(connection).eventually(connection::close));
  }
}
