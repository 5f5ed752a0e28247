package dev.orchestrix.execute;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.SlotTime;
import dev.orchestrix.bus.SlotTimes;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.transition.ClaimedJob;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * Adds up for how long jobs of each tenant have held slots, and tells it now and then to whoever
 * shares the slots out. Used by one event loop.
 */
final class SlotClock {
  private static final long TELL_EVERY_NANOS = Duration.ofMillis(250).toNanos();

  private record Owner(Priority priority, String tenant) {}

  private static final class Sum {
    private int jobs;
    private long micros;
  }

  private final Map<Owner, Sum> sums = new HashMap<>();
  private long toldNanos = System.nanoTime();

  /** A job has held a slot for so long. */
  void add(ClaimedJob job, Duration held) {
    var sum = sums.computeIfAbsent(new Owner(job.priority(), job.tenant()), _ -> new Sum());
    sum.jobs++;
    sum.micros += held.toNanos() / 1000;
  }

  /** Tells what was added, unless that is nothing or the last time was just now. */
  void tell(Vertx vertx, long nowNanos) {
    if (sums.isEmpty() || nowNanos - toldNanos < TELL_EVERY_NANOS) {
      return;
    }
    toldNanos = nowNanos;
    var times = new ArrayList<SlotTime>(sums.size());
    sums.forEach(
        (owner, sum) ->
            times.add(new SlotTime(owner.priority, owner.tenant, sum.jobs, sum.micros)));
    sums.clear();
    vertx.eventBus().publish(Addresses.SLOT_TIMES, new SlotTimes(times));
  }
}
