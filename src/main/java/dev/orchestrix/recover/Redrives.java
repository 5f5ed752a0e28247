package dev.orchestrix.recover;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.core.job.RedriveState;
import dev.orchestrix.core.limit.Pace;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import dev.orchestrix.transition.Revivals;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off redrives at their rates. How far one has come is in its row, so another leader goes on
 * from there.
 */
public final class Redrives extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Redrives.class);
  private static final Duration IDLE = Duration.ofSeconds(2);
  private static final Duration BUSY = Duration.ofMillis(100);
  private static final UUID BEGINNING = new UUID(0, 0);

  /** Jobs that one statement makes ready. */
  private static final int MOVED_AT_ONCE = 1000;

  /** Jobs that one pass asks after. */
  private static final int LOOKED_AT = 2000;

  /** A redrive as its row has it. */
  private record Standing(
      UUID id, String tenant, double rate, @Nullable UUID place, RedriveState state) {}

  private final Postgres postgres;
  private final Revivals revivals;
  private final Leadership leadership;
  private final Meters meters;

  private final Map<UUID, Pace> paces = new HashMap<>();

  /** Per redrive, the last of its jobs that was asked after: the next pass begins behind it. */
  private final Map<UUID, UUID> looked = new HashMap<>();

  private long timer = -1;
  private boolean working;
  private boolean again;
  private boolean stopping;

  public Redrives(Postgres postgres, Revivals revivals, Leadership leadership, Meters meters) {
    this.postgres = postgres;
    this.revivals = revivals;
    this.leadership = leadership;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    var asked = vertx.eventBus().<String>consumer(Addresses.REDRIVE_ASKED);
    asked.handler(_ -> wake());
    leadership.onElected(() -> context.runOnContext(_ -> wake()));
    wake();
    return asked.completion();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.succeededFuture();
  }

  private void wake() {
    again = true;
    if (!working) {
      arm(Duration.ofMillis(1));
    }
  }

  /** Re-armed after the work, so that a slow pass delays the next and never overlaps it. */
  private void arm(Duration pause) {
    vertx.cancelTimer(timer);
    timer = vertx.setTimer(pause.toMillis(), _ -> work());
  }

  private void work() {
    if (stopping || working) {
      return;
    }
    working = true;
    again = false;
    var pass = leadership.leads() ? pass() : Future.succeededFuture(false);
    pass.onFailure(
            e -> {
              meters.failure("redrive");
              LOG.warn("redrives wait; trying again in {}", IDLE, e);
            })
        .onComplete(
            done -> {
              working = false;
              boolean busy = again || (done.succeeded() && done.result());
              arm(busy ? BUSY : IDLE);
            });
  }

  /** Takes every redrive a step further; whether one runs. */
  private Future<Boolean> pass() {
    return select("find redrives", LetterSql.ACTIVE, Tuple.tuple())
        .compose(
            rows -> {
              var active = standings(rows);
              forget(active);
              Future<Void> chain = Future.succeededFuture();
              for (var one : active) {
                chain = chain.compose(_ -> step(one));
              }
              return chain.map(
                  active.stream().anyMatch(one -> one.state() == RedriveState.RUNNING));
            });
  }

  private static List<Standing> standings(RowSet<Row> rows) {
    var standings = new ArrayList<Standing>(rows.size());
    for (var row : rows) {
      standings.add(
          new Standing(
              row.getUUID(0),
              row.getString(1),
              row.getDouble(2),
              row.getUUID(3),
              RedriveState.valueOf(row.getString(4))));
    }
    return standings;
  }

  private void forget(List<Standing> active) {
    var ids = active.stream().map(Standing::id).toList();
    paces.keySet().retainAll(ids);
    looked.keySet().retainAll(ids);
  }

  /** First counts what has failed, so that a redrive that is to stop moves no more. */
  private Future<Void> step(Standing one) {
    return settle(one)
        .compose(
            state -> state == RedriveState.RUNNING ? move(one) : Future.<Void>succeededFuture());
  }

  private Future<RedriveState> settle(Standing one) {
    var after = looked.getOrDefault(one.id(), BEGINNING);
    return select(
            "find jobs of a redrive", LetterSql.ON_THEIR_WAY, Tuple.of(one.id(), after, LOOKED_AT))
        .compose(
            rows -> {
              var ids = ids(rows);
              if (ids.length < LOOKED_AT) {
                looked.remove(one.id());
              } else {
                looked.put(one.id(), ids[ids.length - 1]);
              }
              return ids.length == 0 ? Future.succeededFuture(one.state()) : settle(one, ids);
            });
  }

  private Future<RedriveState> settle(Standing one, UUID[] ids) {
    return Postgres.during(
            "count what failed again",
            postgres
                .writes()
                .preparedQuery(LetterSql.SETTLE)
                .execute(Tuple.of(one.id(), ids, Rows.lowest(ids), Rows.highest(ids))))
        .map(
            rows -> {
              var row = rows.stream().findFirst();
              var state = row.map(it -> RedriveState.valueOf(it.getString(0))).orElse(one.state());
              if (state != one.state()) {
                LOG.warn(
                    "redrive={} ended: {} of its jobs failed again",
                    one.id(),
                    row.orElseThrow().getInteger(1));
              }
              return state;
            });
  }

  private Future<Void> move(Standing one) {
    long now = System.nanoTime();
    int amount =
        paces.computeIfAbsent(one.id(), _ -> new Pace(one.rate(), now)).take(MOVED_AT_ONCE, now);
    if (amount == 0) {
      return Future.succeededFuture();
    }
    var place = one.place() == null ? BEGINNING : one.place();
    return select("find dead letters", LetterSql.NEXT, Tuple.of(one.id(), place, amount))
        .compose(letters -> letters.size() == 0 ? done(one) : move(one, letters));
  }

  private Future<Void> move(Standing one, RowSet<Row> letters) {
    var jobs = new ArrayList<Revivals.Failed>(letters.size());
    var place = BEGINNING;
    for (var letter : letters) {
      place = letter.getUUID(0);
      var attempt = letter.getInteger(1);
      if (attempt != null) {
        jobs.add(new Revivals.Failed(place, attempt));
      }
    }
    return revivals
        .redrive(new Revivals.Step(one.id(), one.tenant(), one.place(), place, jobs))
        .mapEmpty();
  }

  private Future<Void> done(Standing one) {
    var running = new String[] {RedriveState.RUNNING.name()};
    return select(
            "end a redrive", LetterSql.MOVE, Tuple.of(one.id(), RedriveState.DONE.name(), running))
        .onSuccess(_ -> LOG.info("redrive={} has looked at all its letters", one.id()))
        .mapEmpty();
  }

  private static UUID[] ids(RowSet<Row> rows) {
    return rows.stream().map(row -> row.getUUID(0)).toArray(UUID[]::new);
  }

  private Future<RowSet<Row>> select(String operation, String sql, Tuple parameters) {
    Pool reads = postgres.reads();
    return Postgres.during(operation, reads.preparedQuery(sql).execute(parameters));
  }
}
