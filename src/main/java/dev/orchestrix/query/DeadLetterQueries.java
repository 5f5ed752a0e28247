package dev.orchestrix.query;

import dev.orchestrix.core.job.LetterFilter;
import dev.orchestrix.core.job.RedriveState;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads dead letters and redrives. Every future fails with {@link
 * dev.orchestrix.core.failure.EngineException.Unavailable} when Postgres does not answer within the
 * statement timeout.
 */
public final class DeadLetterQueries {
  /** What one page may look at. */
  private static final long LOOK_AT = 20_000;

  /** What the groups may look at: some hundred milliseconds of reading. */
  private static final long GROUPED = 100_000;

  private static final long MOST_COUNTED = 1_000_000;
  private static final long MOST_REMAINING = 100_000;
  private static final int SAMPLE = 10;
  private static final UUID ABOVE_ALL = new UUID(-1, -1);

  private final Pool reads;

  public DeadLetterQueries(Postgres postgres) {
    this.reads = postgres.reads();
  }

  /**
   * Which letters to list. The times of the filter do not matter here.
   *
   * @param before only jobs with a smaller id, or null to begin with the newest
   * @param limit most letters of a page, 1..200
   */
  public record Paging(@Nullable UUID before, int limit) {}

  /** The letter of that job, if there is one. */
  public Future<Optional<DeadLetter>> find(UUID job) {
    return query("find dead letter", DeadLetterSql.FIND, Tuple.of(job))
        .map(rows -> rows.stream().findFirst().map(DeadLetterQueries::letter));
  }

  /** One page of a list. */
  public Future<DeadLetterPage> list(LetterFilter filter, Paging paging) {
    var before = paging.before() == null ? ABOVE_ALL : paging.before();
    var parameters =
        Tuple.of(filter.tenant(), before, filter.type(), filter.category(), filter.fingerprint())
            .addLong(LOOK_AT)
            .addLong(paging.limit() + 1L);
    return query("list dead letters", DeadLetterSql.LIST, parameters)
        .compose(rows -> page(filter, before, paging.limit(), letters(rows)));
  }

  /**
   * Letters by their cause. The fingerprint and the times of the filter do not matter here.
   *
   * @param limit most groups, 1..200
   */
  public Future<DeadLetterGroups> groups(LetterFilter filter, int limit) {
    return query(
            "group dead letters",
            DeadLetterSql.GROUPS,
            Tuple.of(filter.tenant(), filter.type(), filter.category(), GROUPED, limit))
        .map(DeadLetterQueries::groups);
  }

  /** How many letters a filter means, and some of them. */
  public Future<DeadLetterCount> count(LetterFilter filter) {
    return query("count dead letters", DeadLetterSql.COUNT, tuple(filter, MOST_COUNTED + 1))
        .map(rows -> rows.iterator().next().getLong(0))
        .compose(
            count ->
                query("look at dead letters", DeadLetterSql.SAMPLE, tuple(filter, SAMPLE))
                    .map(
                        rows ->
                            new DeadLetterCount(
                                Math.min(count, MOST_COUNTED),
                                count <= MOST_COUNTED,
                                letters(rows))));
  }

  /** The redrive with that id, if there is one. */
  public Future<Optional<Redrive>> redrive(UUID id) {
    return query(
            "find redrive",
            DeadLetterSql.REDRIVES,
            Tuple.of(null, id, ABOVE_ALL, 1L, MOST_REMAINING))
        .map(rows -> rows.stream().findFirst().map(DeadLetterQueries::redrive));
  }

  /** The tenant of the redrive with that id, if there is such a redrive. */
  public Future<Optional<String>> redriveOwner(UUID id) {
    return query("find owner of redrive", DeadLetterSql.REDRIVE_OWNER, Tuple.of(id))
        .map(rows -> rows.stream().findFirst().map(row -> row.getString("tenant")));
  }

  /** Redrives of a tenant, newest first: one more than the page has when there are more. */
  public Future<List<Redrive>> redrives(String tenant, Paging paging) {
    var before = paging.before() == null ? ABOVE_ALL : paging.before();
    return query(
            "list redrives",
            DeadLetterSql.REDRIVES,
            Tuple.of(tenant, null, before, paging.limit() + 1L, MOST_REMAINING))
        .map(rows -> rows.stream().map(DeadLetterQueries::redrive).toList());
  }

  private Future<DeadLetterPage> page(
      LetterFilter filter, UUID before, int limit, List<DeadLetter> letters) {
    if (letters.size() > limit) {
      var page = List.copyOf(letters.subList(0, limit));
      return Future.succeededFuture(new DeadLetterPage(page, page.getLast().job()));
    }
    if (filter.type() == null && filter.category() == null) {
      return Future.succeededFuture(new DeadLetterPage(letters, null));
    }
    return query(
            "list dead letters",
            DeadLetterSql.LAST_LOOKED_AT,
            Tuple.of(filter.tenant(), before, filter.fingerprint(), LOOK_AT - 1))
        .map(rows -> rows.stream().findFirst().map(row -> row.getUUID(0)).orElse(null))
        .map(next -> new DeadLetterPage(letters, next));
  }

  private static DeadLetterGroups groups(RowSet<Row> rows) {
    var groups = new ArrayList<DeadLetterGroups.Group>(rows.size());
    long lookedAt = 0;
    for (var row : rows) {
      lookedAt = row.getLong("looked_at");
      if (row.getUUID("job") != null) {
        groups.add(
            new DeadLetterGroups.Group(
                row.getLong("count"), at(row, "first_at"), at(row, "last_at"), letter(row)));
      }
    }
    return new DeadLetterGroups(groups, lookedAt, lookedAt < GROUPED);
  }

  private static List<DeadLetter> letters(RowSet<Row> rows) {
    return rows.stream().map(DeadLetterQueries::letter).toList();
  }

  private static DeadLetter letter(Row row) {
    return new DeadLetter(
        row.getUUID("job"),
        row.getString("tenant"),
        row.getString("type"),
        row.getString("category"),
        row.getString("fingerprint"),
        row.getString("message"),
        at(row, "failed_at"));
  }

  private static Redrive redrive(Row row) {
    return new Redrive(
        row.getUUID("id"),
        row.getString("tenant"),
        row.getString("filter"),
        row.getDouble("rate"),
        row.getInteger("stop_after_failures"),
        RedriveState.valueOf(row.getString("state")),
        row.getInteger("moved"),
        row.getInteger("failed"),
        row.getInteger("undone"),
        row.getLong("remaining"),
        at(row, "created_at"),
        at(row, "updated_at"));
  }

  private static Instant at(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant();
  }

  private static Tuple tuple(LetterFilter filter, long most) {
    return Tuple.of(filter.tenant(), filter.type(), filter.category(), filter.fingerprint())
        .addOffsetDateTime(stored(filter.failedAfter()))
        .addOffsetDateTime(stored(filter.failedBefore()))
        .addLong(most);
  }

  private static @Nullable OffsetDateTime stored(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }

  private Future<RowSet<Row>> query(String operation, String sql, Tuple parameters) {
    return Postgres.during(operation, reads.preparedQuery(sql).execute(parameters));
  }
}
