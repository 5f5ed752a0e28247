package dev.orchestrix.transition;

import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes away jobs that have ended, a batch at a time, each batch with all that names its jobs.
 * Every future fails with {@link dev.orchestrix.core.failure.EngineException}: then the batch is
 * there as it was, or gone as a whole.
 */
public final class Erasing {
  /** Below every id. */
  public static final UUID BEGINNING = new UUID(0, 0);

  /** Above every id. */
  public static final UUID END = new UUID(-1, -1);

  /**
   * What a tenant has beside its jobs, in the order in which it goes: what names jobs to be run
   * first.
   */
  private static final List<String> ROWS =
      List.of(
          EraseSql.BACKLOG,
          EraseSql.HELD,
          EraseSql.LANES,
          EraseSql.REDRIVES,
          EraseSql.LETTERS,
          EraseSql.KEYS,
          EraseSql.KINDS);

  private final Postgres postgres;

  public Erasing(Postgres postgres) {
    this.postgres = postgres;
  }

  /**
   * Jobs of a slice that have not ended.
   *
   * @param end after which to look next, or null behind the last job
   */
  public record Alive(List<UUID> jobs, @Nullable UUID end) {}

  /**
   * What became of a slice.
   *
   * @param erased how many jobs are gone
   * @param kept how many are not: they live, or have ended too lately
   * @param end after which to look next, or null behind the last job
   */
  public record Erased(int erased, int kept, @Nullable UUID end) {}

  /**
   * Looks which jobs of a tenant live.
   *
   * @param most 1..5000 jobs to look at
   */
  public Future<Alive> alive(String tenant, UUID after, int most) {
    return Postgres.during(
            "look which jobs live",
            postgres.reads().preparedQuery(EraseSql.ALIVE).execute(Tuple.of(tenant, after, most)))
        .map(
            rows -> {
              var jobs = new ArrayList<UUID>();
              UUID end = null;
              for (var row : rows) {
                if (row.getUUID(0) != null) {
                  jobs.add(row.getUUID(0));
                }
                end = row.getLong(2) < most ? null : row.getUUID(1);
              }
              return new Alive(jobs, end);
            });
  }

  /**
   * Takes away those of the next jobs of a tenant that ended long enough ago.
   *
   * @param most 1..1000 jobs to look at
   */
  public Future<Erased> erase(String tenant, UUID after, UUID before, Duration age, int most) {
    return Postgres.during(
        "erase jobs",
        postgres
            .reads()
            .withTransaction(
                connection ->
                    connection
                        .preparedQuery(EraseSql.LOCK)
                        .execute(Tuple.of(tenant, after, before, age.toMillis(), most))
                        .compose(rows -> erase(connection, tenant, rows.iterator().next(), most))));
  }

  private static Future<Erased> erase(
      SqlConnection connection, String tenant, Row locked, int most) {
    var ids = locked.getArrayOfUUIDs("ids");
    int seen = (int) (long) locked.getLong("seen");
    var end = seen < most ? null : locked.getUUID("last");
    if (ids.length == 0) {
      return Future.succeededFuture(new Erased(0, seen, end));
    }
    return connection
        .preparedQuery(EraseSql.ERASE)
        .execute(Tuple.of(ids, Rows.lowest(ids), Rows.highest(ids), tenant))
        .map(
            rows -> {
              int gone = (int) (long) rows.iterator().next().getLong(0);
              return new Erased(gone, seen - gone, end);
            });
  }

  /**
   * Takes away what a tenant has beside its jobs and its settings. No job of it may live, nor any
   * transaction that has seen one live.
   *
   * @param most 1..1000 rows at a time
   */
  public Future<Void> rows(String tenant, int most) {
    Future<Void> chain = Future.succeededFuture();
    for (var sql : ROWS) {
      chain = chain.compose(_ -> rows(sql, tenant, most));
    }
    return chain;
  }

  private Future<Void> rows(String sql, String tenant, int most) {
    return Postgres.during(
            "erase what a tenant has",
            postgres.reads().preparedQuery(sql).execute(Tuple.of(tenant, most)))
        .compose(
            rows -> rows.rowCount() < most ? Future.succeededFuture() : rows(sql, tenant, most));
  }
}
