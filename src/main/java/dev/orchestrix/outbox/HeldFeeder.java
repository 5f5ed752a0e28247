package dev.orchestrix.outbox;

import dev.orchestrix.admission.Rooms;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.store.Chore;
import dev.orchestrix.store.Ids;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends held jobs to their streams when what they wait for has room. */
public final class HeldFeeder implements Chore {
  private static final Logger LOG = LoggerFactory.getLogger(HeldFeeder.class);
  private static final Duration BUSY = Duration.ofMillis(50);
  private static final Rhythm RHYTHM =
      Rhythm.atOnce("held_feeder", Duration.ofMillis(200), Duration.ofSeconds(30));

  /** Reasons looked at in one turn; with more of them a walk takes as many turns as it takes. */
  private static final int MOST_REASONS = 500;

  private final Held held;
  private final Rooms rooms;
  private final Relay relay;
  private String lookedUntil = "";
  private boolean busy;

  public HeldFeeder(Held held, Rooms rooms, Relay relay) {
    this.held = held;
    this.rooms = rooms;
    this.relay = relay;
  }

  @Override
  public Rhythm rhythm() {
    return RHYTHM;
  }

  @Override
  public Duration pause() {
    return busy ? BUSY : RHYTHM.pause();
  }

  @Override
  public Future<?> turn() {
    busy = false;
    return held.reasons(MOST_REASONS, lookedUntil).compose(this::look);
  }

  @Override
  public void failed(Throwable error) {
    LOG.warn("held jobs wait {} longer", RHYTHM.pause(), error);
  }

  private Future<?> look(List<String> reasons) {
    boolean more = reasons.size() == MOST_REASONS;
    boolean begun = !lookedUntil.isEmpty();
    lookedUntil = more ? reasons.getLast() : "";
    if (reasons.isEmpty()) {
      busy = begun;
      return Future.succeededFuture();
    }
    return rooms.ask(reasons).compose(this::move).onSuccess(_ -> busy = true);
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
