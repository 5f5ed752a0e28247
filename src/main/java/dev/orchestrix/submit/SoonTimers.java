package dev.orchestrix.submit;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.redis.TimerSet;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets timers that are due soon fire to the millisecond. */
final class SoonTimers {
  private static final Logger LOG = LoggerFactory.getLogger(SoonTimers.class);

  private final Vertx vertx;
  private final TimerSet timers;

  SoonTimers(Vertx vertx, TimerSet timers) {
    this.vertx = vertx;
    this.timers = timers;
  }

  /** Arms those that are due within the horizon; their rows in Postgres are committed. */
  void arm(List<TimerSet.Timer> all) {
    if (all.isEmpty()) {
      return;
    }
    var horizon = Instant.now().plus(TimerSet.HORIZON);
    var soon = all.stream().filter(timer -> timer.due().isBefore(horizon)).toList();
    if (soon.isEmpty()) {
      return;
    }
    timers
        .arm(soon)
        .onSuccess(_ -> armed(soon))
        .onFailure(e -> LOG.warn("{} timers not armed; found in Postgres", soon.size(), e));
  }

  private void armed(List<TimerSet.Timer> soon) {
    long first = soon.stream().mapToLong(one -> one.due().toEpochMilli()).min().orElseThrow();
    vertx.eventBus().publish(Addresses.TIMER_ARMED, first);
  }
}
