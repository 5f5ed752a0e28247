package dev.orchestrix.outbox;

import dev.orchestrix.core.job.Priority;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Leadership;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts now and then how many jobs wait in the backlog. */
public final class BacklogDepth extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(BacklogDepth.class);

  /** A row stands for dozens of jobs, but a backlog may have millions. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Backlog backlog;
  private final Leadership leadership;
  private final Meters meters;
  private boolean stopping;

  public BacklogDepth(Backlog backlog, Leadership leadership, Meters meters) {
    this.backlog = backlog;
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
    if (!leadership.leads()) {
      showNothing();
      lookLater();
      return;
    }
    backlog
        .depths()
        .onSuccess(this::show)
        .onFailure(
            e -> {
              meters.failure("backlog_depth");
              LOG.warn("the backlog was not counted; its gauge is old: {}", e.getMessage());
            })
        .onComplete(_ -> lookLater());
  }

  private void lookLater() {
    vertx.setTimer(PAUSE.toMillis(), _ -> look());
  }

  private void show(Map<Priority, Long> depths) {
    for (var priority : Priority.values()) {
      meters.queueDepth(priority, "backlog", depths.getOrDefault(priority, 0L));
    }
  }

  /** The node that leads tells it; whoever led before must not go on saying what it saw last. */
  private void showNothing() {
    for (var priority : Priority.values()) {
      meters.queueDepth(priority, "backlog", 0);
      meters.queueDepth(priority, "stream", 0);
    }
  }
}
