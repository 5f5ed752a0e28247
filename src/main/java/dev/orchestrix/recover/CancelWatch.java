package dev.orchestrix.recover;

import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.transition.CancelRequest;
import dev.orchestrix.transition.Cancels;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cancels, wherever they are now, jobs whose node went away before it had ended them. */
public final class CancelWatch extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(CancelWatch.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final int MOST = 500;

  private final Cancels cancels;
  private final Leadership leadership;
  private final Meters meters;
  private boolean stopping;

  public CancelWatch(Cancels cancels, Leadership leadership, Meters meters) {
    this.cancels = cancels;
    this.leadership = leadership;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    context.runOnContext(_ -> look());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.succeededFuture();
  }

  private void look() {
    if (stopping) {
      return;
    }
    var work =
        leadership.leads()
            ? cancels.orphaned(MOST).compose(this::cancel)
            : Future.<Void>succeededFuture();
    work.onFailure(
            e -> {
              meters.failure("cancel_watch");
              LOG.warn("cancellations wait; trying again in {}: {}", PAUSE, e.getMessage());
            })
        .onComplete(_ -> vertx.setTimer(PAUSE.toMillis(), _ -> look()));
  }

  private Future<Void> cancel(List<CancelRequest> orphaned) {
    if (orphaned.isEmpty()) {
      return Future.succeededFuture();
    }
    return cancels
        .cancel(orphaned)
        .onSuccess(_ -> meters.recovered("cancellations", orphaned.size()))
        .mapEmpty();
  }
}
