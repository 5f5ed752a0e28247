package dev.orchestrix.outbox;

import dev.orchestrix.circuit.Circuits;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.store.Chore;
import dev.orchestrix.store.Ids;
import io.vertx.core.Future;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the oldest held jobs of circuits go that are to be tried, and ends overrides. */
public final class Probing implements Chore {
  private static final Logger LOG = LoggerFactory.getLogger(Probing.class);
  private static final Rhythm RHYTHM =
      Rhythm.atOnce("probing", Duration.ofMillis(200), Duration.ofSeconds(30));
  private static final long SWEEP_EVERY_NANOS = Duration.ofHours(1).toNanos();

  private final Circuits circuits;
  private final Held held;
  private final Relay relay;
  private final Settings.Circuit settings;
  private long sweptAt = System.nanoTime();

  public Probing(Circuits circuits, Held held, Relay relay, Settings.Circuit settings) {
    this.circuits = circuits;
    this.held = held;
    this.relay = relay;
    this.settings = settings;
  }

  @Override
  public Rhythm rhythm() {
    return RHYTHM;
  }

  @Override
  public Future<?> turn() {
    return sweep()
        .compose(
            _ ->
                circuits.none()
                    ? Future.succeededFuture()
                    : circuits.expire().compose(_ -> probe()));
  }

  @Override
  public void failed(Throwable error) {
    LOG.warn("open circuits are tried {} later", RHYTHM.pause(), error);
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
