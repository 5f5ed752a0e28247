package dev.orchestrix.submit;

import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.retry.RetryPolicy;
import dev.orchestrix.store.Rows;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fields of a job as the columns that hold them. */
final class JobColumns {
  private static final String TAG_SEPARATOR = "\u001f";

  static Short maxAttempts(NewJob job) {
    var own = job.retry();
    return (short) (own == null ? RetryPolicy.DEFAULT : own).maxAttempts();
  }

  static @Nullable Long timeout(NewJob job) {
    var own = job.timeout();
    return own == null ? null : own.toMillis();
  }

  static @Nullable Long heartbeat(NewJob job) {
    var own = job.clocks().heartbeat();
    return own == null ? null : own.toMillis();
  }

  static @Nullable String tags(NewJob job) {
    return job.tags().isEmpty() ? null : String.join(TAG_SEPARATOR, job.tags());
  }

  /** The tenants of jobs, each once: nearly always one. */
  static String[] tenants(Collection<NewJob> jobs) {
    var tenants = new LinkedHashSet<String>();
    jobs.forEach(job -> tenants.add(job.tenant()));
    return tenants.toArray(String[]::new);
  }

  static @Nullable String[] rateKeys(List<NewJob> jobs) {
    return Rows.nullable(jobs, String[]::new, job -> job.throttle().rateKey());
  }

  static @Nullable Short[] costs(List<NewJob> jobs) {
    return Rows.nullable(
        jobs,
        Short[]::new,
        job -> job.throttle().cost() == 1 ? null : (Short) (short) job.throttle().cost());
  }

  static @Nullable String[] concurrencyKeys(List<NewJob> jobs) {
    return Rows.nullable(jobs, String[]::new, job -> job.throttle().concurrencyKey());
  }

  static @Nullable OffsetDateTime stored(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }

  private JobColumns() {}
}
