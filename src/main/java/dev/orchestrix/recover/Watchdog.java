package dev.orchestrix.recover;

import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Loop;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says so when a loop that has to go on does not turn any more, although every turn has a limit.
 */
public final class Watchdog extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private final Meters meters;
  private List<String> told = List.of();
  private boolean stopping;

  public Watchdog(Meters meters) {
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    vertx.setTimer(PAUSE.toMillis(), _ -> look());
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
    var stalled = meters.stalled(Loop.STALLED);
    for (var loop : stalled) {
      if (!told.contains(loop)) {
        meters.violation("loop_stalled");
        LOG.error(
            "loop={} has not turned for {}; its work waits: restart the node", loop, Loop.STALLED);
      }
    }
    told = stalled;
    vertx.setTimer(PAUSE.toMillis(), _ -> look());
  }
}
