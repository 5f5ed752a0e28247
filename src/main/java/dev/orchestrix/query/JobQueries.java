package dev.orchestrix.query;

import dev.orchestrix.core.job.JobState;
import dev.orchestrix.event.Standing;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads jobs. Every future fails with {@link
 * dev.orchestrix.core.failure.EngineException.Unavailable} when Postgres does not answer within the
 * statement timeout.
 */
public final class JobQueries {
  /** What one page may look at: some ten milliseconds of reading. */
  private static final long LOOK_AT = 20_000;

  private static final UUID ABOVE_ALL = new UUID(-1, -1);

  private final Pool reads;

  public JobQueries(Postgres postgres) {
    this.reads = postgres.reads();
  }

  /** The job with that id, if there is one. */
  public Future<Optional<JobDetail>> find(UUID id) {
    return query("find job", JobSql.FIND, Tuple.of(id))
        .map(rows -> rows.stream().findFirst().map(JobRows::detail));
  }

  /** The tenant of the job with that id, if there is such a job. */
  public Future<Optional<String>> owner(UUID id) {
    return query("find owner", JobSql.OWNER, Tuple.of(id))
        .map(rows -> rows.stream().findFirst().map(row -> row.getString("tenant")));
  }

  /** What the attempts of the job with that id have said, if there is such a job. */
  public Future<Optional<JobReport>> report(UUID id) {
    return query("find report", JobSql.REPORT, Tuple.of(id))
        .map(rows -> rows.stream().findFirst().map(row -> new JobReport(row.getString("report"))));
  }

  /**
   * Where jobs stand.
   *
   * @param ids 0..1000 of them
   * @return those that exist
   */
  public Future<Map<UUID, Standing>> standings(Collection<UUID> ids) {
    var sorted = ids.stream().sorted(JobQueries::asStored).toArray(UUID[]::new);
    if (sorted.length == 0) {
      return Future.succeededFuture(Map.of());
    }
    return query(
            "ask where jobs stand",
            JobSql.STANDINGS,
            Tuple.of(sorted[0], sorted[sorted.length - 1], sorted))
        .map(JobQueries::standings);
  }

  /** One page of a list. */
  public Future<JobPage> list(JobFilter filter) {
    var before = filter.before() == null ? ABOVE_ALL : filter.before();
    var states = filter.states().stream().map(JobState::name).toArray(String[]::new);
    var parameters =
        Tuple.of(filter.tenant(), before, states, filter.type(), filter.tag(), LOOK_AT)
            .addLong(filter.limit() + 1L);
    return query("list jobs", JobSql.LIST, parameters).compose(rows -> page(filter, before, rows));
  }

  /** How many jobs match, whatever the limit; looks at some thousands of them. */
  public Future<JobCount> count(JobFilter filter) {
    var before = filter.before() == null ? ABOVE_ALL : filter.before();
    var states = filter.states().stream().map(JobState::name).toArray(String[]::new);
    return query(
            "count jobs",
            JobSql.COUNT,
            Tuple.of(filter.tenant(), before, states, filter.type(), filter.tag(), LOOK_AT))
        .compose(
            rows ->
                lastLookedAt(filter.tenant(), before)
                    .map(
                        next ->
                            new JobCount(rows.iterator().next().getLong(0), next.orElse(null))));
  }

  private Future<JobPage> page(JobFilter filter, UUID before, RowSet<Row> rows) {
    var jobs = new ArrayList<JobSummary>();
    rows.forEach(row -> jobs.add(JobRows.summary(row)));
    if (jobs.size() > filter.limit()) {
      var page = List.copyOf(jobs.subList(0, filter.limit()));
      return Future.succeededFuture(new JobPage(page, page.getLast().id()));
    }
    if (!filter.selective()) {
      return Future.succeededFuture(new JobPage(List.copyOf(jobs), null));
    }
    return lastLookedAt(filter.tenant(), before)
        .map(next -> new JobPage(List.copyOf(jobs), next.orElse(null)));
  }

  private Future<Optional<UUID>> lastLookedAt(String tenant, UUID before) {
    return query("list jobs", JobSql.LAST_LOOKED_AT, Tuple.of(tenant, before, LOOK_AT - 1))
        .map(rows -> rows.stream().findFirst().map(row -> row.getUUID("id")));
  }

  private Future<RowSet<Row>> query(String operation, String sql, Tuple parameters) {
    return Postgres.during(operation, reads.preparedQuery(sql).execute(parameters));
  }

  private static Map<UUID, Standing> standings(RowSet<Row> rows) {
    var standings = new HashMap<UUID, Standing>();
    rows.forEach(
        row ->
            standings.put(
                row.getUUID("id"),
                new Standing(JobState.valueOf(row.getString("state")), row.getInteger("attempt"))));
    return standings;
  }

  /** As Postgres compares uuids; {@link UUID#compareTo} compares signed halves. */
  private static int asStored(UUID one, UUID other) {
    int high = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
  }
}
