package dev.orchestrix.query;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.query.Explanation.Ahead;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where jobs wait in Postgres, and which of their own tenant go first. Of other tenants nothing is
 * counted: how many of their jobs wait is not for everybody to know.
 */
final class Whereabouts {
  private final Postgres postgres;

  Whereabouts(Postgres postgres) {
    this.postgres = postgres;
  }

  /**
   * Where a ready job waits.
   *
   * @param reason what it is held for; null in the backlog
   */
  record Place(@Nullable String reason, Ahead ahead) {}

  /**
   * Where a job stands in the lane of its concurrency key.
   *
   * @param used how many of the lane are called
   */
  record Turn(long used, Ahead ahead) {}

  /** Where a job waits; nothing while it is on its way. */
  Future<Optional<Place>> place(Entry entry) {
    var parameters = Tuple.of(entry.priority().code(), entry.tenant(), entry.id());
    return first(ask("find in the backlog", ExplainSql.BACKLOG, parameters))
        .compose(
            row ->
                row.isPresent()
                    ? Future.succeededFuture(row)
                    : first(ask("find among held jobs", ExplainSql.HELD, parameters)))
        .map(row -> row.map(it -> new Place(it.getString("reason"), ahead(it))));
  }

  /** A job's turn in its lane; nothing when it was called. */
  Future<Optional<Turn>> turn(String tenant, String key, UUID job) {
    return first(ask("find place in lane", ExplainSql.LANE, Tuple.of(tenant, key, job)))
        .map(row -> row.map(it -> new Turn(it.getLong("used"), ahead(it))));
  }

  /** How many nodes run jobs. */
  Future<Long> executors() {
    return ask("count executors", ExplainSql.EXECUTORS, Tuple.tuple())
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private static Ahead ahead(Row row) {
    return new Ahead(row.getLong("ahead"), row.getBoolean("at_least"));
  }

  private static Future<Optional<Row>> first(Future<RowSet<Row>> rows) {
    return rows.map(found -> found.stream().findFirst());
  }

  private Future<RowSet<Row>> ask(String operation, String sql, Tuple parameters) {
    return Postgres.during(operation, postgres.reads().preparedQuery(sql).execute(parameters));
  }
}
