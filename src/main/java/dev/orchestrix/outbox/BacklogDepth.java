package dev.orchestrix.outbox;

import dev.orchestrix.core.job.Priority;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Chore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts now and then how many jobs wait in the backlog. */
public final class BacklogDepth implements Chore {
  private static final Logger LOG = LoggerFactory.getLogger(BacklogDepth.class);

  /** A row stands for dozens of jobs, but a backlog may have millions. */
  private static final Rhythm RHYTHM =
      Rhythm.atOnce("backlog_depth", Duration.ofSeconds(5), Duration.ofSeconds(60));

  private final Backlog backlog;
  private final Meters meters;

  public BacklogDepth(Backlog backlog, Meters meters) {
    this.backlog = backlog;
    this.meters = meters;
  }

  @Override
  public Rhythm rhythm() {
    return RHYTHM;
  }

  @Override
  public Future<?> turn() {
    return backlog.depths().onSuccess(this::show);
  }

  @Override
  public void failed(Throwable error) {
    LOG.warn("the backlog was not counted; its gauge is old: {}", error.getMessage());
  }

  private void show(Map<Priority, Long> depths) {
    for (var priority : Priority.values()) {
      meters.queueDepth(priority, "backlog", depths.getOrDefault(priority, 0L));
    }
  }

  /** The node that leads tells it; whoever led before must not go on saying what it saw last. */
  @Override
  public void standBy() {
    for (var priority : Priority.values()) {
      meters.queueDepth(priority, "backlog", 0);
      meters.queueDepth(priority, "stream", 0);
    }
  }
}
