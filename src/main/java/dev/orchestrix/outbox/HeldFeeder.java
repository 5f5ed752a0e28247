package dev.orchestrix.outbox;

import dev.orchestrix.admission.Rooms;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Leadership;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends held jobs to their streams when what they wait for has room. */
public final class HeldFeeder extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(HeldFeeder.class);
  private static final Duration BUSY = Duration.ofMillis(50);
  private static final Duration IDLE = Duration.ofMillis(200);
  private static final Duration LONGEST_TURN = Duration.ofSeconds(30);

  /** Reasons looked at in one turn; with more of them a walk takes as many turns as it takes. */
  private static final int MOST_REASONS = 500;

  private final Held held;
  private final Rooms rooms;
  private final Relay relay;
  private final Leadership leadership;
  private final Meters meters;
  private String lookedUntil = "";
  private boolean stopping;

  public HeldFeeder(Held held, Rooms rooms, Relay relay, Leadership leadership, Meters meters) {
    this.held = held;
    this.rooms = rooms;
    this.relay = relay;
    this.leadership = leadership;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    context.runOnContext(_ -> feed());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.succeededFuture();
  }

  /** Re-armed after the work, so that a slow turn delays the next and never overlaps it. */
  private void feed() {
    if (stopping) {
      return;
    }
    meters.turned("held_feeder");
    if (!leadership.leads()) {
      later(IDLE);
      return;
    }
    held.reasons(MOST_REASONS, lookedUntil)
        .compose(this::turn)
        .timeout(LONGEST_TURN.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(
            e -> {
              meters.failure("held_feeder");
              LOG.warn("held jobs wait {} longer", IDLE, e);
            })
        .otherwise(IDLE)
        .onSuccess(this::later);
  }

  private void later(Duration pause) {
    vertx.setTimer(pause.toMillis(), _ -> feed());
  }

  /** How long to wait before the next turn. */
  private Future<Duration> turn(List<String> reasons) {
    boolean more = reasons.size() == MOST_REASONS;
    boolean begun = !lookedUntil.isEmpty();
    lookedUntil = more ? reasons.getLast() : "";
    if (reasons.isEmpty()) {
      return Future.succeededFuture(begun ? BUSY : IDLE);
    }
    return rooms.ask(reasons).compose(this::move).map(BUSY);
  }

  private Future<Void> move(Map<String, Integer> amounts) {
    if (amounts.isEmpty()) {
      return Future.succeededFuture();
    }
    var batch = Ids.next();
    return held.feed(amounts, batch)
        .compose(
            entries -> {
              CrashPoint.FED.reach();
              return entries.isEmpty() ? Future.succeededFuture() : relay.relay(batch, entries);
            });
  }
}
