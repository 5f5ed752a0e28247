package dev.orchestrix.core.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters of a tenant are meant; what is null does not matter.
 *
 * @param category by name, whether or not this version of the engine has it
 * @param failedAfter inclusive
 * @param failedBefore exclusive
 */
public record LetterFilter(
    String tenant,
    @Nullable String type,
    @Nullable String category,
    @Nullable String fingerprint,
    @Nullable Instant failedAfter,
    @Nullable Instant failedBefore) {}
