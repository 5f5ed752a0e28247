package dev.orchestrix.schedule;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.transition.Ripening;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes jobs ready when their time comes. Near ones fire from Redis, to the millisecond; all are
 * found in Postgres as well, so that Redis may forget them or be away.
 */
public final class TimerWatch extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(TimerWatch.class);
  private static final int MOST = 1000;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_TURN = Duration.ofSeconds(60);
  private static final Duration LOAD_EVERY = Duration.ofSeconds(1);

  private final Postgres postgres;
  private final TimerSet timers;
  private final Ripening ripening;
  private final Leadership leadership;
  private final Meters meters;
  private long timer = -1;
  private long armedFor = Long.MAX_VALUE;
  private boolean firing;
  private boolean again;
  private boolean stopping;

  public TimerWatch(
      Postgres postgres, TimerSet timers, Ripening ripening, Leadership leadership, Meters meters) {
    this.postgres = postgres;
    this.timers = timers;
    this.ripening = ripening;
    this.leadership = leadership;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    var armed = vertx.eventBus().<Long>consumer(Addresses.TIMER_ARMED);
    armed.handler(message -> sooner(message.body()));
    leadership.onElected(() -> context.runOnContext(_ -> load()));
    arm(Duration.ofMillis(1));
    loadLater();
    return armed.completion();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.succeededFuture();
  }

  private void sooner(long dueMillis) {
    if (firing) {
      again = true;
    } else if (dueMillis < armedFor) {
      arm(Duration.ofMillis(dueMillis - System.currentTimeMillis()));
    }
  }

  private void arm(Duration pause) {
    vertx.cancelTimer(timer);
    long millis = Math.clamp(pause.toMillis(), 1, LONGEST_PAUSE.toMillis());
    armedFor = System.currentTimeMillis() + millis;
    timer = vertx.setTimer(millis, _ -> fire());
  }

  private void fire() {
    if (stopping || firing) {
      return;
    }
    meters.turned("timers");
    if (!leadership.leads()) {
      arm(LONGEST_PAUSE);
      return;
    }
    firing = true;
    again = false;
    timers
        .due(MOST)
        .compose(due -> ripen(due.jobs()).map(_ -> next(due)))
        .timeout(LONGEST_TURN.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(
            done -> {
              firing = false;
              if (done.failed()) {
                failed("fire timers", done.cause());
              }
              arm(done.failed() ? LONGEST_PAUSE : done.result());
            });
  }

  private Duration next(TimerSet.Due due) {
    if (again || due.jobs().size() == MOST) {
      return Duration.ZERO;
    }
    var wait = due.pause();
    return wait == null ? LONGEST_PAUSE : wait;
  }

  private Future<Void> ripen(List<UUID> jobs) {
    return jobs.isEmpty()
        ? Future.succeededFuture()
        : ripening
            .ripen(jobs)
            .onSuccess(_ -> CrashPoint.FIRED.reach())
            .compose(_ -> timers.disarm(jobs));
  }

  private void loadLater() {
    vertx.setTimer(
        LOAD_EVERY.toMillis(),
        _ -> {
          if (!stopping) {
            load();
            loadLater();
          }
        });
  }

  /** What is due fires from here; what is due soon goes to Redis, as far as it has room. */
  private void load() {
    if (!leadership.leads()) {
      return;
    }
    Postgres.during(
            "find timers",
            postgres
                .reads()
                .preparedQuery(ScheduleSql.UPCOMING)
                .execute(Tuple.of(TimerSet.HORIZON.toMillis(), TimerSet.ROOM / 4)))
        .compose(this::loaded)
        .onFailure(e -> failed("load timers", e));
  }

  private Future<Void> loaded(RowSet<Row> rows) {
    var due = new ArrayList<UUID>();
    var soon = new ArrayList<TimerSet.Timer>();
    for (var row : rows) {
      if (row.getBoolean(2)) {
        due.add(row.getUUID(1));
      } else {
        soon.add(new TimerSet.Timer(row.getUUID(1), row.getOffsetDateTime(0).toInstant()));
      }
    }
    var fired =
        due.isEmpty()
            ? Future.succeededFuture(0)
            : ripening.ripen(due.subList(0, Math.min(MOST, due.size())));
    return fired.compose(
        _ -> {
          if (soon.isEmpty()) {
            return Future.succeededFuture();
          }
          return timers.arm(soon).onSuccess(_ -> sooner(soon.getFirst().due().toEpochMilli()));
        });
  }

  private void failed(String operation, Throwable error) {
    meters.failure("timers");
    LOG.warn("{}: due jobs wait; trying again in {}", operation, LONGEST_PAUSE, error);
  }
}
