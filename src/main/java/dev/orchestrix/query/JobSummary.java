package dev.orchestrix.query;

import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.job.Throttle;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job without what it carries.
 *
 * @param attempt how often it has been claimed
 * @param maxAttempts counted attempts it may have
 * @param runAt when it was, or is, to start next; null for at once
 * @param startedAt when its latest attempt began, or null
 * @param finishedAt when it ended, or null
 * @param throttle what limits it shares with others
 */
public record JobSummary(
    UUID id,
    String tenant,
    String type,
    JobState state,
    Priority priority,
    int attempt,
    int maxAttempts,
    Instant createdAt,
    @Nullable Instant runAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    List<String> tags,
    Throttle throttle) {}
