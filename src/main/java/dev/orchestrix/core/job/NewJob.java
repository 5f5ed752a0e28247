package dev.orchestrix.core.job;

import dev.orchestrix.core.retry.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as it was submitted, checked, and not yet written.
 *
 * @param id a UUIDv7 made by the node
 * @param payload JSON text that the engine never looks inside
 * @param runAt when it may start, or null for at once
 * @param retry the job's own policy, or null for the default
 * @param timeout how long one attempt may run, or null for the handler's own limit
 * @param tags 0..16 short strings
 * @param trace the W3C trace id it was submitted under, 32 hex digits, or null
 * @param clocks what else limits its time
 * @param idempotency names the submission, or null
 * @param unique makes it the only one of its kind, or null
 * @param throttle what limits it shares with others
 */
public record NewJob(
    UUID id,
    String tenant,
    String type,
    Priority priority,
    String payload,
    @Nullable Instant runAt,
    @Nullable RetryPolicy retry,
    @Nullable Duration timeout,
    List<String> tags,
    @Nullable String trace,
    Clocks clocks,
    @Nullable Idempotency idempotency,
    @Nullable Unique unique,
    Throttle throttle) {

  /** A job that shares no limits with others. */
  public NewJob(
      UUID id,
      String tenant,
      String type,
      Priority priority,
      String payload,
      @Nullable Instant runAt,
      @Nullable RetryPolicy retry,
      @Nullable Duration timeout,
      List<String> tags,
      @Nullable String trace,
      Clocks clocks,
      @Nullable Idempotency idempotency,
      @Nullable Unique unique) {
    this(
        id,
        tenant,
        type,
        priority,
        payload,
        runAt,
        retry,
        timeout,
        tags,
        trace,
        clocks,
        idempotency,
        unique,
        Throttle.NONE);
  }

  /** The state it is written in. */
  public JobState state() {
    return runAt == null ? JobState.PENDING : JobState.SCHEDULED;
  }

  /** Whether it can be answered by another job, so that it has to be written with care. */
  public boolean keyed() {
    return idempotency != null || unique != null || throttle.concurrencyKey() != null;
  }

  /** This job as the only one of its kind. */
  public NewJob standingAlone(Unique rule) {
    return new NewJob(
        id,
        tenant,
        type,
        priority,
        payload,
        runAt,
        retry,
        timeout,
        tags,
        trace,
        clocks,
        idempotency,
        rule,
        throttle);
  }

  /** This job with some fields of another one. */
  public NewJob with(Set<Unique.Field> fields, NewJob other) {
    return new NewJob(
        id,
        tenant,
        type,
        fields.contains(Unique.Field.PRIORITY) ? other.priority : priority,
        fields.contains(Unique.Field.PAYLOAD) ? other.payload : payload,
        fields.contains(Unique.Field.RUN_AT) ? other.runAt : runAt,
        fields.contains(Unique.Field.RETRY) ? other.retry : retry,
        fields.contains(Unique.Field.TIMEOUT) ? other.timeout : timeout,
        fields.contains(Unique.Field.TAGS) ? other.tags : tags,
        trace,
        clocks,
        idempotency,
        unique,
        throttle);
  }
}
