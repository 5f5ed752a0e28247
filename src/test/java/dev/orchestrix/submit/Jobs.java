package dev.orchestrix.submit;

import dev.orchestrix.core.job.Clocks;
import dev.orchestrix.core.job.Idempotency;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.job.Unique;
import dev.orchestrix.core.job.Unique.OnConflict;
import dev.orchestrix.store.Ids;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** New jobs for tests, each with an id of its own. */
final class Jobs {
  static final Set<JobState> ALIVE =
      Set.of(
          JobState.SCHEDULED,
          JobState.BLOCKED,
          JobState.PENDING,
          JobState.RUNNING,
          JobState.RETRYING);

  static NewJob withKey(String key, String request) {
    return withKey("default", key, request);
  }

  static NewJob withKey(String tenant, String key, String request) {
    return job(tenant, "{}", null, new Idempotency(key, hash(request)), null);
  }

  static NewJob withBoth(String key, Unique rule) {
    return job("default", "{}", null, new Idempotency(key, hash("r")), rule);
  }

  static NewJob alone(Unique rule) {
    return alone(rule, "{}", null);
  }

  static NewJob alone(Unique rule, String payload, @Nullable Instant runAt) {
    return job("default", payload, runAt, null, rule);
  }

  static NewJob job(
      String tenant,
      String payload,
      @Nullable Instant runAt,
      @Nullable Idempotency idempotency,
      @Nullable Unique unique) {
    return new NewJob(
        Ids.next(),
        tenant,
        "noop",
        Priority.NORMAL,
        payload,
        runAt,
        null,
        null,
        List.of(),
        null,
        Clocks.NONE,
        idempotency,
        unique);
  }

  /** A kind of which a job is the only one while it is alive. */
  static Unique kind(String name, OnConflict onConflict) {
    return new Unique(hash(name), ALIVE, null, onConflict);
  }

  static Unique kind(String name, Set<JobState> states, @Nullable Duration period) {
    return new Unique(hash(name), states, period, new OnConflict.Reject());
  }

  /** Text that looks like a hash. */
  static String hash(String text) {
    return "%064x".formatted(new BigInteger(1, text.getBytes(StandardCharsets.UTF_8)));
  }

  private Jobs() {}
}
