package dev.orchestrix.recover;

import dev.orchestrix.store.Chore;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets the keys of submissions and of kinds of jobs that hold nothing any more. */
public final class KeySweep implements Chore {
  private static final Logger LOG = LoggerFactory.getLogger(KeySweep.class);
  private static final Rhythm RHYTHM =
      Rhythm.later("key_sweep", Duration.ofMinutes(1), Duration.ofHours(1));
  private static final int MOST = 1000;

  private final Postgres postgres;

  public KeySweep(Postgres postgres) {
    this.postgres = postgres;
  }

  /**
   * A kind of job.
   *
   * @param key in hex
   */
  private record Kind(String tenant, String key) {
    static Kind of(Row row) {
      return new Kind(row.getString("tenant"), row.getString("key"));
    }
  }

  @Override
  public Rhythm rhythm() {
    return RHYTHM;
  }

  /** One look at all keys, a batch at a time. */
  @Override
  public Future<?> turn() {
    return expired().compose(_ -> kinds(new Kind("", "")));
  }

  @Override
  public void failed(Throwable error) {
    LOG.warn("old keys stay, and hold nothing; trying again in {}", RHYTHM.pause(), error);
  }

  private Future<Void> expired() {
    return query("forget expired keys", postgres.reads(), SweepSql.EXPIRED, Tuple.of(MOST))
        .compose(rows -> rows.rowCount() < MOST ? Future.succeededFuture() : expired());
  }

  private Future<Void> kinds(Kind after) {
    return query(
            "look at kinds of jobs",
            postgres.reads(),
            SweepSql.KINDS,
            Tuple.of(after.tenant, after.key, MOST))
        .compose(
            rows -> {
              var idle = new ArrayList<Kind>();
              var last = after;
              for (var row : rows) {
                last = Kind.of(row);
                if (row.getBoolean("idle")) {
                  idle.add(last);
                }
              }
              var next = last;
              return forget(idle)
                  .compose(_ -> rows.size() < MOST ? Future.succeededFuture() : kinds(next));
            });
  }

  /**
   * Each is locked and then looked at once more: between the first look and the lock another job
   * may have begun to stand for it.
   */
  private Future<Void> forget(List<Kind> kinds) {
    if (kinds.isEmpty()) {
      return Future.succeededFuture();
    }
    return Postgres.during(
        "forget kinds of jobs",
        postgres
            .reads()
            .withTransaction(
                connection ->
                    query("lock kinds", connection, SweepSql.LOCK_KINDS, columns(kinds))
                        .compose(
                            rows -> {
                              var locked = new ArrayList<Kind>();
                              rows.forEach(row -> locked.add(Kind.of(row)));
                              return query(
                                  "forget kinds",
                                  connection,
                                  SweepSql.FORGET_KINDS,
                                  columns(locked));
                            })
                        .<Void>mapEmpty()));
  }

  private static Tuple columns(List<Kind> kinds) {
    return Tuple.tuple()
        .addArrayOfString(Rows.column(kinds, String[]::new, Kind::tenant))
        .addArrayOfString(Rows.column(kinds, String[]::new, Kind::key));
  }

  private static Future<RowSet<Row>> query(
      String operation, SqlClient client, String sql, Tuple parameters) {
    return Postgres.during(operation, client.preparedQuery(sql).execute(parameters));
  }
}
