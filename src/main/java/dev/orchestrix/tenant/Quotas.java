package dev.orchestrix.tenant;

import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Batcher;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a tenant may submit a job. Those without quotas cost a look into a map. What counts by
 * day is counted before the job is written, so that no crash lets more through; a job that is not
 * written then is taken off again, unless nobody knows.
 */
public final class Quotas {
  private static final Logger LOG = LoggerFactory.getLogger(Quotas.class);
  private static final long COUNT_EVERY_MILLIS = 1000;
  private static final Duration SOON = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final Postgres postgres;
  private final Tenants tenants;
  private final Batcher<Use, Optional<Excess>> lane;

  /** Jobs that wait of tenants with such a quota: counted lately, and accepted here since. */
  private final Map<String, AtomicLong> waiting = new ConcurrentHashMap<>();

  private volatile boolean stopped;

  /**
   * Why a job may not be submitted.
   *
   * @param quota the field of the quota
   * @param limit what it allows
   * @param present what there was before this job; of {@code payload_bytes} the job's own
   * @param retryAfter how long until it is worth trying again, or null for never
   */
  public record Excess(String quota, long limit, long present, @Nullable Duration retryAfter) {}

  private record Use(String tenant, TenantQuotas quotas, long bytes) {}

  private static final class Day {
    private long jobs;
    private long bytes;
    private long addedJobs;
    private long addedBytes;
    private Duration left = Duration.ZERO;
  }

  public Quotas(Vertx vertx, Postgres postgres, Tenants tenants, Meters meters) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.tenants = tenants;
    this.lane = new Batcher<>(vertx, new Batcher.Lane("quota", 1, 500), meters, this::use);
  }

  /** Begins to count what waits. */
  public void start() {
    countLater();
  }

  /** Counts no more. */
  public void stop() {
    stopped = true;
  }

  /**
   * Counts a job that is about to be written.
   *
   * @return what it exceeds, if anything: then it is not counted; fails when Postgres does not
   *     answer
   */
  public Future<Optional<Excess>> take(NewJob job) {
    var quotas = tenants.quotas(job.tenant());
    if (quotas.equals(TenantQuotas.NONE)) {
      return Future.succeededFuture(Optional.empty());
    }
    long bytes = bytes(job);
    var excess = atOnce(job.tenant(), quotas, bytes);
    if (excess.isPresent() || !quotas.daily()) {
      return Future.succeededFuture(excess);
    }
    return lane.add(new Use(job.tenant(), quotas, bytes));
  }

  /** A job that was counted was certainly not written. */
  public void giveBack(NewJob job) {
    var quotas = tenants.quotas(job.tenant());
    if (quotas.daily()) {
      var less =
          Tuple.tuple()
              .addArrayOfString(new String[] {job.tenant()})
              .addArrayOfLong(new Long[] {-1L})
              .addArrayOfLong(new Long[] {-bytes(job)});
      Postgres.during(
              "give back a quota", postgres.writes().preparedQuery(QuotaSql.ADD).execute(less))
          .onFailure(e -> LOG.warn("tenant={} keeps a job counted that is not", job.tenant(), e));
    }
  }

  private static long bytes(NewJob job) {
    return job.payload().getBytes(StandardCharsets.UTF_8).length;
  }

  private Optional<Excess> atOnce(String tenant, TenantQuotas quotas, long bytes) {
    var most = quotas.payloadBytes();
    if (most != null && bytes > most) {
      return Optional.of(new Excess("payload_bytes", most, bytes, null));
    }
    var pending = quotas.pending();
    if (pending == null) {
      return Optional.empty();
    }
    var known = waiting.computeIfAbsent(tenant, _ -> new AtomicLong());
    long before = known.getAndIncrement();
    if (before < pending) {
      return Optional.empty();
    }
    known.decrementAndGet();
    return Optional.of(new Excess("pending", pending, before, SOON));
  }

  private Future<List<Optional<Excess>>> use(List<Use> uses) {
    return Postgres.during(
        "count what quotas allow",
        postgres.writes().withTransaction(connection -> use(connection, uses)));
  }

  private static Future<List<Optional<Excess>>> use(SqlConnection connection, List<Use> uses) {
    var names = uses.stream().map(Use::tenant).distinct().sorted().toArray(String[]::new);
    return connection
        .preparedQuery(QuotaSql.LOCK)
        .execute(Tuple.tuple().addArrayOfString(names))
        .compose(
            rows -> {
              var days = new TreeMap<String, Day>();
              rows.forEach(row -> days.put(row.getString(0), day(row)));
              var answers = new ArrayList<Optional<Excess>>(uses.size());
              uses.forEach(
                  one -> answers.add(decide(one, days.getOrDefault(one.tenant, new Day()))));
              return connection.preparedQuery(QuotaSql.ADD).execute(added(days)).map(answers);
            });
  }

  private static Day day(Row row) {
    var day = new Day();
    day.jobs = row.getLong(1);
    day.bytes = row.getLong(2);
    day.left = Duration.ofSeconds(Math.max(1, row.getLong(3)));
    return day;
  }

  private static Optional<Excess> decide(Use use, Day day) {
    var jobs = use.quotas.perDay();
    long present = day.jobs + day.addedJobs;
    if (jobs != null && present >= jobs) {
      return Optional.of(new Excess("per_day", jobs, present, day.left));
    }
    var bytes = use.quotas.bytes();
    long stored = day.bytes + day.addedBytes;
    if (bytes != null && stored + use.bytes > bytes) {
      return Optional.of(new Excess("bytes", bytes, stored, day.left));
    }
    day.addedJobs++;
    day.addedBytes += use.bytes;
    return Optional.empty();
  }

  private static Tuple added(Map<String, Day> days) {
    return Tuple.tuple()
        .addArrayOfString(days.keySet().toArray(String[]::new))
        .addArrayOfLong(days.values().stream().map(it -> it.addedJobs).toArray(Long[]::new))
        .addArrayOfLong(days.values().stream().map(it -> it.addedBytes).toArray(Long[]::new));
  }

  private void countLater() {
    if (!stopped) {
      vertx.setTimer(COUNT_EVERY_MILLIS, _ -> count().onComplete(_ -> countLater()));
    }
  }

  /** What was accepted here since the last count is in this one, or on a stream. */
  private Future<Void> count() {
    var names = tenants.counted();
    waiting.keySet().retainAll(names);
    if (names.isEmpty()) {
      return Future.succeededFuture();
    }
    var parameters = Tuple.tuple().addArrayOfString(names.toArray(String[]::new));
    return Postgres.during(
            "count what waits",
            postgres.reads().preparedQuery(QuotaSql.WAITING).execute(parameters))
        .map(
            rows -> {
              var counts = new HashMap<String, Long>();
              rows.forEach(row -> counts.put(row.getString(0), row.getLong(1)));
              counts.forEach(
                  (tenant, jobs) ->
                      waiting.computeIfAbsent(tenant, _ -> new AtomicLong()).set(jobs));
              return null;
            })
        .onFailure(e -> LOG.warn("waiting jobs not counted; quotas go by the last count", e))
        .mapEmpty();
  }

  /** Forgets days that are over; how many rows those were. */
  public Future<Integer> forget() {
    return Postgres.during(
            "forget used quotas", postgres.writes().preparedQuery(QuotaSql.FORGET).execute())
        .map(rows -> rows.rowCount());
  }
}
