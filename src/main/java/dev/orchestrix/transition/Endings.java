package dev.orchestrix.transition;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.Events;
import dev.orchestrix.bus.JobEvent;
import dev.orchestrix.bus.LaneName;
import dev.orchestrix.bus.LanesMoved;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.store.Batcher;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** RUNNING to whatever follows: accepts at most one outcome per attempt. */
public final class Endings {
  private static final Logger LOG = LoggerFactory.getLogger(Endings.class);
  private static final int LIMIT = 500;
  private static final int FIRST_AGAIN_MILLIS = 200;
  private static final int LAST_AGAIN_MILLIS = 5000;
  private static final long FREED_AFTER_MILLIS = 500;

  private final Vertx vertx;
  private final Postgres postgres;
  private final TimerSet timers;
  private final Gates gates;
  private final Events events;
  private final Meters meters;
  private final Batcher<Ending, Boolean> lane;

  /**
   * Leases whose outcomes were committed in several batches at once; freed with the next one or
   * after a moment.
   */
  private final Set<UUID> ended = new HashSet<>();

  private boolean freeing;

  public Endings(
      Vertx vertx,
      Postgres postgres,
      TimerSet timers,
      Gates gates,
      Events events,
      Meters meters,
      Settings.Execute settings) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.timers = timers;
    this.gates = gates;
    this.events = events;
    this.meters = meters;
    this.lane =
        new Batcher<>(
            vertx, new Batcher.Lane("outcome", settings.lanes(), LIMIT), meters, this::write);
  }

  /**
   * Writes the outcome of an attempt. While Postgres does not answer it is held and tried again.
   *
   * @return whether it was accepted; false means that the job is no longer this attempt's
   */
  public Future<Boolean> end(Ending ending) {
    return end(ending, FIRST_AGAIN_MILLIS);
  }

  private Future<Boolean> end(Ending ending, int again) {
    return lane.add(ending)
        .recover(
            error -> {
              if (!(error instanceof EngineException.Unavailable)) {
                return Future.failedFuture(error);
              }
              int pause = again / 2 + ThreadLocalRandom.current().nextInt(again);
              return vertx
                  .timer(pause, TimeUnit.MILLISECONDS)
                  .compose(_ -> end(ending, Math.min(LAST_AGAIN_MILLIS, again * 2)));
            });
  }

  private Future<List<Boolean>> write(List<Ending> endings) {
    CrashPoint.ENDING.reach();
    var leases = perLease(endings);
    var freed = freed(leases);
    boolean succeeded =
        endings.stream().allMatch(one -> one.decision().next() == JobState.SUCCEEDED);
    return Postgres.during(
            "write outcomes", succeeded ? succeed(endings, freed) : end(endings, freed))
        .map(
            moved -> {
              CrashPoint.ENDED.reach();
              settle(leases, freed);
              return accepted(endings, moved);
            })
        .onFailure(e -> LOG.warn("{} outcomes not written yet", endings.size(), e));
  }

  /** The jobs whose outcome was accepted, and of which attempt. */
  private Future<Map<UUID, Integer>> succeed(List<Ending> endings, List<UUID> freed) {
    var ids = Rows.column(endings, UUID[]::new, one -> one.job().id());
    var parameters =
        Tuple.tuple()
            .addArrayOfUUID(ids)
            .addArrayOfInteger(Rows.column(endings, Integer[]::new, one -> one.job().attempt()))
            .addArrayOfString(Rows.nullable(endings, String[]::new, Ending::result))
            .addArrayOfString(Rows.nullable(endings, String[]::new, Ending::report))
            .addUUID(Rows.lowest(ids))
            .addUUID(Rows.highest(ids))
            .addArrayOfUUID(freed.toArray(UUID[]::new));
    return postgres
        .writes()
        .preparedQuery(TransitionSql.SUCCEED)
        .execute(parameters)
        .map(rows -> succeeded(endings, rows.iterator().next()));
  }

  private static Map<UUID, Integer> succeeded(List<Ending> endings, Row row) {
    var moved = HashMap.<UUID, Integer>newHashMap(endings.size());
    UUID[] some = row.getArrayOfUUIDs(0);
    Integer[] attempts = row.getArrayOfIntegers(1);
    if (some == null || attempts == null) {
      endings.forEach(one -> moved.put(one.job().id(), one.job().attempt()));
      return moved;
    }
    for (int i = 0; i < some.length; i++) {
      moved.put(some[i], attempts[i]);
    }
    return moved;
  }

  private Future<Map<UUID, Integer>> end(List<Ending> endings, List<UUID> freed) {
    return postgres
        .writes()
        .preparedQuery(TransitionSql.END)
        .execute(parameters(endings, freed))
        .map(this::ended);
  }

  private Map<UUID, Integer> ended(RowSet<Row> rows) {
    var moved = HashMap.<UUID, Integer>newHashMap(rows.size());
    var soon = new ArrayList<TimerSet.Timer>();
    for (var row : rows) {
      moved.put(row.getUUID(0), row.getInteger(2));
      var due = row.getOffsetDateTime(1);
      if (due != null) {
        soon.add(new TimerSet.Timer(row.getUUID(0), due.toInstant()));
      }
    }
    arm(soon);
    return moved;
  }

  private static Map<Lease, Integer> perLease(List<Ending> endings) {
    var leases = new HashMap<Lease, Integer>();
    endings.forEach(one -> leases.merge(one.job().lease(), 1, Integer::sum));
    return leases;
  }

  private List<UUID> freed(Map<Lease, Integer> leases) {
    var freed = new ArrayList<>(ended);
    leases.forEach(
        (lease, count) -> {
          if (lease.open() == count) {
            freed.add(lease.id());
          }
        });
    return freed;
  }

  private void settle(Map<Lease, Integer> leases, List<UUID> freed) {
    freed.forEach(ended::remove);
    leases.forEach(
        (lease, count) -> {
          if (lease.close(count) == 0 && !freed.contains(lease.id())) {
            ended.add(lease.id());
            freeSoon();
          }
        });
  }

  /** The next batch may be long in coming. On the event loop of the batches, as all of this. */
  private void freeSoon() {
    if (!freeing) {
      freeing = true;
      vertx.setTimer(FREED_AFTER_MILLIS, _ -> free());
    }
  }

  private void free() {
    freeing = false;
    if (ended.isEmpty()) {
      return;
    }
    var leases = ended.toArray(UUID[]::new);
    Postgres.during(
            "free leases",
            postgres.writes().preparedQuery(TransitionSql.FREE).execute(Tuple.of(leases)))
        .onSuccess(_ -> List.of(leases).forEach(ended::remove))
        .onFailure(
            e -> {
              LOG.debug("{} leases without jobs stay a while: {}", leases.length, e.getMessage());
              freeSoon();
            });
  }

  private static Tuple parameters(List<Ending> endings, List<UUID> freed) {
    var ids = Rows.column(endings, UUID[]::new, one -> one.job().id());
    return Tuple.tuple()
        .addArrayOfUUID(ids)
        .addArrayOfInteger(Rows.column(endings, Integer[]::new, one -> one.job().attempt()))
        .addArrayOfString(Rows.column(endings, String[]::new, one -> one.decision().next().name()))
        .addArrayOfLong(Rows.column(endings, Long[]::new, one -> one.decision().pause().toMillis()))
        .addArrayOfShort(Rows.column(endings, Short[]::new, one -> (short) one.failures()))
        .addArrayOfString(Rows.nullable(endings, String[]::new, Ending::result))
        .addArrayOfString(Rows.nullable(endings, String[]::new, Ending::errors))
        .addArrayOfString(Rows.nullable(endings, String[]::new, Ending::report))
        .addUUID(Rows.lowest(ids))
        .addUUID(Rows.highest(ids))
        .addArrayOfUUID(freed.toArray(UUID[]::new))
        .addArrayOfString(Rows.nullable(endings, String[]::new, Ending::checkpoint))
        .addArrayOfString(Rows.nullable(endings, String[]::new, Ending::held));
  }

  private List<Boolean> accepted(List<Ending> endings, Map<UUID, Integer> moved) {
    var answers = new ArrayList<Boolean>(endings.size());
    var lanes = new ArrayList<LaneName>(0);
    for (var ending : endings) {
      boolean accepted = hasMoved(ending, moved);
      answers.add(accepted);
      if (accepted) {
        tell(ending);
        ending.job().lane().ifPresent(lanes::add);
      }
    }
    LanesMoved.tell(vertx, lanes);
    count(endings, moved);
    return answers;
  }

  private void tell(Ending ending) {
    var job = ending.job();
    var next = ending.decision().next();
    if (next == JobState.PENDING && ending.heldFor() == null) {
      gates.returned(job.priority(), List.of(job.tenant()));
    }
    if (events.wanted(job.tenant())) {
      events.publish(
          new JobEvent(
              job.id(),
              job.tenant(),
              job.type(),
              next,
              JobState.RUNNING,
              job.attempt(),
              Instant.now(),
              ending.error()));
    }
  }

  /** Attempts of one job may end in one batch, and only one of them has the job. */
  private static boolean hasMoved(Ending ending, Map<UUID, Integer> moved) {
    var attempt = moved.get(ending.job().id());
    return attempt != null && attempt == ending.job().attempt();
  }

  private void count(List<Ending> endings, Map<UUID, Integer> moved) {
    int from = 0;
    int accepted = 0;
    for (int i = 0; i <= endings.size(); i++) {
      if (i > from && (i == endings.size() || !alike(endings.get(from), endings.get(i)))) {
        count(endings.get(from), accepted);
        from = i;
        accepted = 0;
      }
      if (i < endings.size() && hasMoved(endings.get(i), moved)) {
        accepted++;
      }
    }
    meters.dropped("outcome_refused", endings.size() - moved.size());
  }

  private static boolean alike(Ending one, Ending other) {
    return one.decision().next() == other.decision().next()
        && (one.heldFor() == null) == (other.heldFor() == null)
        && one.job().type().equals(other.job().type())
        && one.job().tenant().equals(other.job().tenant());
  }

  private void count(Ending first, int accepted) {
    var tenant = first.job().tenant();
    var type = first.job().type();
    switch (first.decision().next()) {
      case SUCCEEDED -> meters.succeeded(tenant, type, accepted);
      case FAILED -> meters.failed(tenant, type, accepted);
      case CANCELLED -> meters.cancelled(tenant, type, accepted);
      case RETRYING -> meters.retried(tenant, type, accepted);
      case PENDING -> {
        if (first.heldFor() == null) {
          meters.recovered("handed_back", accepted);
        } else {
          meters.dropped("circuit_open", accepted);
        }
      }
      case RUNNING, SCHEDULED, BLOCKED ->
          throw new IllegalStateException("no outcome leads to " + first.decision().next());
    }
  }

  private void arm(List<TimerSet.Timer> all) {
    var horizon = Instant.now().plus(TimerSet.HORIZON);
    var soon = all.stream().filter(one -> one.due().isBefore(horizon)).toList();
    if (soon.isEmpty()) {
      return;
    }
    timers
        .arm(soon)
        .onSuccess(
            _ ->
                vertx
                    .eventBus()
                    .publish(Addresses.TIMER_ARMED, soon.getFirst().due().toEpochMilli()))
        .onFailure(e -> LOG.warn("{} retries not armed; found in Postgres", soon.size(), e));
  }
}
