package dev.orchestrix.outbox;

import dev.orchestrix.circuit.Circuits;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Leadership;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the oldest held jobs of circuits go that are to be tried, and ends overrides. */
public final class Probing extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Probing.class);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_TURN = Duration.ofSeconds(30);
  private static final long SWEEP_EVERY_NANOS = Duration.ofHours(1).toNanos();

  private final Circuits circuits;
  private final Held held;
  private final Relay relay;
  private final Leadership leadership;
  private final Meters meters;
  private final Settings.Circuit settings;
  private long sweptAt = System.nanoTime();
  private boolean stopping;

  public Probing(
      Circuits circuits,
      Held held,
      Relay relay,
      Leadership leadership,
      Meters meters,
      Settings.Circuit settings) {
    this.circuits = circuits;
    this.held = held;
    this.relay = relay;
    this.leadership = leadership;
    this.meters = meters;
    this.settings = settings;
  }

  @Override
  public Future<?> start() {
    context.runOnContext(_ -> turn());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.succeededFuture();
  }

  /** Re-armed after the work, so that a slow turn delays the next and never overlaps it. */
  private void turn() {
    if (stopping) {
      return;
    }
    meters.turned("probing");
    work()
        .timeout(LONGEST_TURN.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(
            e -> {
              meters.failure("probing");
              LOG.warn("open circuits are tried {} later", PAUSE, e);
            })
        .onComplete(_ -> vertx.setTimer(PAUSE.toMillis(), _ -> turn()));
  }

  private Future<Void> work() {
    if (!leadership.leads()) {
      return Future.succeededFuture();
    }
    return sweep()
        .compose(
            _ ->
                circuits.none()
                    ? Future.succeededFuture()
                    : circuits.expire().compose(_ -> probe()));
  }

  private Future<Void> probe() {
    var batch = Ids.next();
    return held.probe(settings.probes(), settings.probeTimeout(), batch)
        .compose(
            entries -> {
              if (entries.isEmpty()) {
                return Future.succeededFuture();
              }
              CrashPoint.FED.reach();
              circuits.changed();
              return relay.relay(batch, entries);
            });
  }

  private Future<Void> sweep() {
    long now = System.nanoTime();
    if (now - sweptAt < SWEEP_EVERY_NANOS) {
      return Future.succeededFuture();
    }
    sweptAt = now;
    return circuits.sweep();
  }
}
