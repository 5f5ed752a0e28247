package dev.orchestrix.tenant;

import dev.orchestrix.config.Settings;
import java.time.Duration;

/**
 * How long a tenant of its own may keep its ended jobs.
 *
 * @param least no key of a submission names a job that is gone, so keys are not kept for longer
 * @param most as long as everybody's: the partition of a day goes with all jobs in it
 */
public record RetentionRange(Duration least, Duration most) {
  private static final Duration LEAST = Duration.ofHours(1);

  /** For whoever knows no settings. */
  static final RetentionRange WIDEST = new RetentionRange(LEAST, Duration.ofDays(3_650));

  static RetentionRange of(Settings settings) {
    var keys = settings.idempotency().keep();
    return new RetentionRange(
        keys.compareTo(LEAST) > 0 ? keys : LEAST, settings.retention().jobs());
  }
}
