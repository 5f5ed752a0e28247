package dev.orchestrix.submit;

import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.retry.RetryPolicy;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
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

  static @Nullable OffsetDateTime stored(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }

  private JobColumns() {}
}
