package dev.orchestrix.query;

import dev.orchestrix.core.job.RedriveState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A command to retry many dead letters, and how far it has come.
 *
 * @param filter JSON object
 * @param rate jobs a second
 * @param stopAfterFailures how many may fail again, or null for any number
 * @param moved jobs that were made ready
 * @param failed those of them that are known to have failed again
 * @param undone those of them that were failed again before they started
 * @param remaining letters that it has not come to yet, 100,000 for more
 */
public record Redrive(
    UUID id,
    String tenant,
    String filter,
    double rate,
    @Nullable Integer stopAfterFailures,
    RedriveState state,
    int moved,
    int failed,
    int undone,
    long remaining,
    Instant createdAt,
    Instant updatedAt) {}
