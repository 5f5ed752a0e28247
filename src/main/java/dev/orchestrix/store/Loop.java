package dev.orchestrix.store;

import dev.orchestrix.metrics.Meters;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Takes one turn of a chore after the other. Each is armed when the one before has ended, failed or
 * taken too long, so that a slow turn delays the next and a broken one never ends the loop.
 */
public final class Loop extends VerticleBase {
  /** A loop whose turns and pauses are short has stopped when it has not turned for so long. */
  public static final Duration STALLED = Duration.ofSeconds(90);

  private final Chore chore;
  private final Chore.Rhythm rhythm;
  private final BooleanSupplier leads;
  private final Meters meters;
  private boolean stopping;

  /** A loop whose turns are the leader's. */
  public Loop(Chore chore, Leadership leadership, Meters meters) {
    this(chore, leadership::leads, meters);
  }

  /** A loop that every node has for itself. */
  public Loop(Chore chore, Meters meters) {
    this(chore, () -> true, meters);
  }

  Loop(Chore chore, BooleanSupplier leads, Meters meters) {
    this.chore = chore;
    this.rhythm = chore.rhythm();
    this.leads = leads;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    later(rhythm.first());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    chore.stop();
    return Future.succeededFuture();
  }

  private void later(Duration pause) {
    vertx.setTimer(Math.max(1, pause.toMillis()), _ -> turn());
  }

  private void turn() {
    if (stopping) {
      return;
    }
    if (isWatched()) {
      meters.turned(rhythm.name());
    }
    if (!leads.getAsBoolean()) {
      chore.standBy();
      later(rhythm.pause());
      return;
    }
    // what a turn throws is a failure like others, and its answer may come from any thread
    Future.succeededFuture()
        .compose(_ -> chore.turn())
        .timeout(rhythm.limit().toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(done -> context.runOnContext(_ -> ended(done)));
  }

  private void ended(AsyncResult<?> turn) {
    if (turn.failed()) {
      meters.failure(rhythm.name());
      chore.failed(turn.cause());
    }
    later(chore.pause());
  }

  /** Turns that are rare or may take long say nothing by not coming. */
  private boolean isWatched() {
    return rhythm.pause().plus(rhythm.limit()).compareTo(STALLED) < 0;
  }
}
