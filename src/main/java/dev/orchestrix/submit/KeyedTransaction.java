package dev.orchestrix.submit;

import static java.util.Objects.requireNonNull;

import dev.orchestrix.bus.LaneName;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.limit.Strategy;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.store.Rows;
import dev.orchestrix.tenant.Limit;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes what a {@link KeyedBatch} needs, in one transaction: locks, then looks with a
 * snapshot that is younger than the locks, then writes.
 */
final class KeyedTransaction {
  private final SqlClient connection;
  private final KeyedBatch batch;
  private final Duration keep;
  private final Lanes lanes;
  private final Map<Name, Occupants> occupants = new HashMap<>();

  private final List<LaneName> entered = new ArrayList<>(0);

  /** What has got another time, once all is written. */
  private final List<TimerSet.Timer> moved = new ArrayList<>();

  /**
   * @param keep how long keys are kept
   */
  KeyedTransaction(SqlClient connection, KeyedBatch batch, Duration keep, Lanes lanes) {
    this.connection = connection;
    this.batch = batch;
    this.keep = keep;
    this.lanes = lanes;
  }

  /** Everything but the jobs themselves; then the batch knows its answers. */
  Future<Void> run() {
    return lockLanes()
        .compose(_ -> lockKeys())
        .compose(_ -> lockKinds())
        .compose(_ -> change())
        .compose(_ -> succeed())
        .compose(_ -> pointKeys())
        .compose(_ -> freeKeys());
  }

  /** Timers that have another time if the transaction commits. */
  List<TimerSet.Timer> moved() {
    return moved;
  }

  /** Once the jobs themselves are written: gives them their places, and cancels who makes room. */
  Future<Runnable> enterLanes() {
    var entering =
        batch.made().stream().filter(job -> job.throttle().concurrencyKey() != null).toList();
    if (entering.isEmpty()) {
      return Future.succeededFuture(() -> {});
    }
    entering.forEach(
        job ->
            entered.add(
                new LaneName(job.tenant(), requireNonNull(job.throttle().concurrencyKey()))));
    var displaced = batch.displaced();
    return query(KeyedSql.ENTER_LANES, LaneColumns.of(entering))
        .compose(
            _ ->
                displaced.isEmpty()
                    ? Future.succeededFuture(() -> {})
                    : lanes.displace().apply(connection, displaced));
  }

  /** Lanes that have more jobs if the transaction commits. */
  List<LaneName> entered() {
    return entered;
  }

  private Future<Void> lockLanes() {
    var names = batch.lanes();
    if (names.isEmpty()) {
      return Future.succeededFuture();
    }
    return query(KeyedSql.LOCK_LANES, names(names)).compose(_ -> readLanes(names));
  }

  /** Where jobs wait, nobody is in anybody's way. */
  private Future<Void> readLanes(List<Name> names) {
    var limits = new LinkedHashMap<Name, Limit>();
    for (var name : names) {
      var limit = lanes.limits().apply(name.tenant(), name.key());
      if (limit.strategy() != Strategy.QUEUE) {
        limits.put(name, limit);
      }
    }
    if (limits.isEmpty()) {
      return Future.succeededFuture();
    }
    return query(KeyedSql.READ_LANES, LaneColumns.of(limits))
        .map(
            rows -> {
              var there = new HashMap<Name, List<UUID>>();
              for (var row : rows) {
                there.computeIfAbsent(name(row), _ -> new ArrayList<>()).add(row.getUUID("job"));
              }
              limits.forEach(
                  (name, limit) ->
                      occupants.put(
                          name, new Occupants(limit, there.getOrDefault(name, List.of()))));
              return null;
            });
  }

  private Future<Void> lockKeys() {
    var keys = batch.keys();
    if (keys.isEmpty()) {
      return Future.succeededFuture();
    }
    var names = List.copyOf(keys.keySet());
    var jobs = List.copyOf(keys.values());
    var parameters =
        names(names)
            .addArrayOfUUID(Rows.column(jobs, UUID[]::new, NewJob::id))
            .addArrayOfString(Rows.column(jobs, String[]::new, KeyedTransaction::request))
            .addLong(keep.toMillis());
    return query(KeyedSql.TAKE_KEYS, parameters).compose(this::readKeys);
  }

  /** Only what was in use already is worth another question. */
  private Future<Void> readKeys(RowSet<Row> taken) {
    var known = new HashMap<Name, KeyedBatch.Known>();
    for (var row : taken) {
      var name = name(row);
      var job = requireNonNull(batch.keys().get(name));
      known.put(name, new KeyedBatch.Known(job.id(), request(job)));
    }
    var others = batch.keys().keySet().stream().filter(name -> !known.containsKey(name)).toList();
    var reading =
        others.isEmpty()
            ? Future.<Void>succeededFuture()
            : query(KeyedSql.READ_KEYS, names(others))
                .<Void>map(
                    rows -> {
                      for (var row : rows) {
                        known.put(
                            name(row),
                            new KeyedBatch.Known(row.getUUID("job"), row.getString("request")));
                      }
                      return null;
                    });
    return reading.onSuccess(_ -> batch.know(known));
  }

  private Future<Void> lockKinds() {
    var kinds = batch.kinds();
    if (kinds.isEmpty()) {
      batch.decide(Map.of(), Set.of(), occupants);
      return Future.succeededFuture();
    }
    var fresh = new HashSet<Name>();
    return query(KeyedSql.TAKE_KINDS, kinds(kinds))
        .onSuccess(taken -> taken.forEach(row -> fresh.add(name(row))))
        .compose(_ -> query(KeyedSql.READ_KINDS, names(List.copyOf(kinds.keySet()))))
        .map(
            rows -> {
              var holders = new HashMap<Name, Holder>();
              rows.forEach(row -> holders.put(name(row), holder(row)));
              batch.decide(holders, fresh, occupants);
              return null;
            });
  }

  private Future<Void> change() {
    var changes = batch.changes();
    if (changes.isEmpty()) {
      return Future.succeededFuture();
    }
    return query(KeyedSql.CHANGE, ChangeColumns.of(changes))
        .compose(
            rows -> {
              var missed = new ArrayList<UUID>();
              changes.forEach(change -> missed.add(change.holder().job()));
              for (var row : rows) {
                missed.remove(row.getUUID("id"));
                var due = row.getOffsetDateTime("due_at");
                if (due != null) {
                  moved.add(new TimerSet.Timer(row.getUUID("id"), due.toInstant()));
                }
              }
              return missed.isEmpty() ? Future.succeededFuture() : missed(missed);
            });
  }

  private Future<Void> missed(List<UUID> jobs) {
    var ids = jobs.toArray(UUID[]::new);
    return query(KeyedSql.STATES, Tuple.of(ids, Rows.lowest(ids), Rows.highest(ids)))
        .map(
            rows -> {
              var states = new HashMap<UUID, JobState>();
              jobs.forEach(job -> states.put(job, JobState.RUNNING));
              rows.forEach(row -> states.put(row.getUUID("id"), state(row.getString("state"))));
              batch.missed(states);
              return null;
            });
  }

  private Future<Void> succeed() {
    var successors = batch.successors();
    return successors.isEmpty()
        ? Future.succeededFuture()
        : query(KeyedSql.SUCCEED, kinds(successors)).mapEmpty();
  }

  private Future<Void> pointKeys() {
    var pointed = batch.pointed();
    if (pointed.isEmpty()) {
      return Future.succeededFuture();
    }
    var parameters =
        names(List.copyOf(pointed.keySet())).addArrayOfUUID(pointed.values().toArray(UUID[]::new));
    return query(KeyedSql.POINT_KEYS, parameters).mapEmpty();
  }

  private Future<Void> freeKeys() {
    var freed = batch.freed();
    return freed.isEmpty()
        ? Future.succeededFuture()
        : query(KeyedSql.FREE_KEYS, names(freed)).mapEmpty();
  }

  private Future<RowSet<Row>> query(String sql, Tuple parameters) {
    return connection.preparedQuery(sql).execute(parameters);
  }

  private static Tuple names(List<Name> names) {
    return Tuple.tuple()
        .addArrayOfString(Rows.column(names, String[]::new, Name::tenant))
        .addArrayOfString(Rows.column(names, String[]::new, Name::key));
  }

  private static Tuple kinds(Map<Name, NewJob> kinds) {
    var jobs = List.copyOf(kinds.values());
    return names(List.copyOf(kinds.keySet()))
        .addArrayOfUUID(Rows.column(jobs, UUID[]::new, NewJob::id))
        .addArrayOfString(Rows.column(jobs, String[]::new, KeyedTransaction::states))
        .addArrayOfLong(Rows.nullable(jobs, Long[]::new, KeyedTransaction::period));
  }

  private static String request(NewJob job) {
    var own = job.idempotency();
    return own == null ? "" : own.request();
  }

  private static String states(NewJob job) {
    var rule = job.unique();
    return rule == null
        ? ""
        : rule.states().stream().map(JobState::name).collect(Collectors.joining(","));
  }

  private static @Nullable Long period(NewJob job) {
    var rule = job.unique();
    var period = rule == null ? null : rule.period();
    return period == null ? null : period.toMillis();
  }

  private static Name name(Row row) {
    return new Name(row.getString("tenant"), row.getString("key"));
  }

  private static Holder holder(Row row) {
    var runAt = row.getOffsetDateTime("run_at");
    return new Holder(
        row.getUUID("id"),
        state(row.getString("state")),
        row.getInteger("attempt"),
        runAt == null ? null : runAt.toInstant(),
        states(row.getString("states")),
        row.getBoolean("recent"));
  }

  private static Set<JobState> states(String joined) {
    return joined.isEmpty()
        ? Set.of()
        : Arrays.stream(joined.split(",")).map(JobState::valueOf).collect(Collectors.toSet());
  }

  private static JobState state(String name) {
    return JobState.valueOf(name);
  }
}
