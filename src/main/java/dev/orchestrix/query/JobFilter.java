package dev.orchestrix.query;

import dev.orchestrix.core.job.JobState;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs to list, newest first.
 *
 * @param states any of these; empty for any at all
 * @param type exactly this one, or null for any
 * @param tag among the job's tags, or null for any
 * @param before only jobs with a smaller id, or null to begin with the newest
 * @param limit most jobs of a page, 1..1000
 */
public record JobFilter(
    String tenant,
    Set<JobState> states,
    @Nullable String type,
    @Nullable String tag,
    @Nullable UUID before,
    int limit) {

  /** Whether some jobs of the tenant may be left out. */
  boolean selective() {
    return !states.isEmpty() || type != null || tag != null;
  }
}
