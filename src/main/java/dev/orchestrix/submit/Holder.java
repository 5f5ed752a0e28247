package dev.orchestrix.submit;

import dev.orchestrix.core.job.JobState;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The job that stands for a kind, or did.
 *
 * @param runAt when it may run next, or null for a job that never waited for its time
 * @param states while it is in one of these it stands for the kind
 * @param recent whether its period is not over, so that it does so in any state
 */
record Holder(
    UUID job,
    JobState state,
    int attempt,
    @Nullable Instant runAt,
    Set<JobState> states,
    boolean recent) {

  boolean inTheWay() {
    return recent || states.contains(state);
  }
}
