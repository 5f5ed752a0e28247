package dev.orchestrix.transition;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.JobEvent;
import dev.orchestrix.bus.LaneName;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Priority;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job that this node may run now.
 *
 * @param attempt the number of this attempt, which every later write of it names
 * @param failures attempts that were counted before it
 * @param retry the job's own policy as stored, or null
 * @param errors the errors of earlier attempts as stored, or null
 * @param timeoutMillis the job's own limit for one attempt, or null
 * @param trace the trace id it was submitted under, or null
 * @param readyAt when it could have started
 * @param timeLeft what else limits its time
 * @param checkpoint JSON that an earlier attempt left for this one, or null
 * @param report what earlier attempts said, as stored, or null
 * @param concurrencyKey what it shares a number of slots by, or null
 */
public record ClaimedJob(
    Lease lease,
    Delivery delivery,
    UUID id,
    int attempt,
    String tenant,
    String type,
    Priority priority,
    String payload,
    int failures,
    @Nullable String retry,
    @Nullable String errors,
    @Nullable Long timeoutMillis,
    @Nullable String trace,
    Instant readyAt,
    TimeLeft timeLeft,
    @Nullable String checkpoint,
    @Nullable String report,
    @Nullable String concurrencyKey) {

  /** Where it holds a slot. */
  Optional<LaneName> lane() {
    return Optional.ofNullable(concurrencyKey).map(key -> new LaneName(tenant, key));
  }

  /** What listeners are told when its handler begins. */
  public JobEvent started(Instant at) {
    return new JobEvent(id, tenant, type, JobState.RUNNING, JobState.PENDING, attempt, at, null);
  }
}
