package dev.orchestrix.transition;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.store.Ids;
import java.time.Duration;
import java.time.Instant;

/** Jobs as if they had been claimed. */
public final class ClaimedJobs {

  /** The first attempt of a job of the default tenant. */
  public static ClaimedJob of(String type, Duration timeout, TimeLeft left) {
    var id = Ids.next();
    return new ClaimedJob(
        new Lease(Ids.next(), 1),
        new Delivery(2, "1-1", new Entry(id, 0, "default", Priority.NORMAL)),
        id,
        1,
        "default",
        type,
        Priority.NORMAL,
        "{}",
        0,
        null,
        null,
        timeout.toMillis(),
        null,
        Instant.now(),
        left,
        null,
        null);
  }

  private ClaimedJobs() {}
}
