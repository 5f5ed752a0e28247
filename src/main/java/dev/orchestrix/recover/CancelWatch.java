package dev.orchestrix.recover;

import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Chore;
import dev.orchestrix.transition.CancelRequest;
import dev.orchestrix.transition.Cancels;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cancels, wherever they are now, jobs whose node went away before it had ended them. */
public final class CancelWatch implements Chore {
  private static final Logger LOG = LoggerFactory.getLogger(CancelWatch.class);
  private static final Rhythm RHYTHM =
      Rhythm.atOnce("cancel_watch", Duration.ofSeconds(2), Duration.ofSeconds(60));
  private static final int MOST = 500;

  private final Cancels cancels;
  private final Meters meters;

  public CancelWatch(Cancels cancels, Meters meters) {
    this.cancels = cancels;
    this.meters = meters;
  }

  @Override
  public Rhythm rhythm() {
    return RHYTHM;
  }

  @Override
  public Future<?> turn() {
    return cancels.orphaned(MOST).compose(this::cancel);
  }

  @Override
  public void failed(Throwable error) {
    LOG.warn("cancellations wait; trying again in {}: {}", RHYTHM.pause(), error.getMessage());
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
