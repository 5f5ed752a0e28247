package dev.orchestrix.transition;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.store.Ids;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

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
        null,
        null);
  }

  /** The same with what is stored of it. */
  public static ClaimedJob stored(@Nullable String retry, @Nullable String errors, TimeLeft left) {
    var job = of("noop", Duration.ofMinutes(5), left);
    return new ClaimedJob(
        job.lease(),
        job.delivery(),
        job.id(),
        job.attempt(),
        job.tenant(),
        job.type(),
        job.priority(),
        job.payload(),
        job.failures(),
        retry,
        errors,
        job.timeoutMillis(),
        job.trace(),
        job.readyAt(),
        job.timeLeft(),
        job.checkpoint(),
        job.report(),
        job.concurrencyKey());
  }

  private ClaimedJobs() {}
}
