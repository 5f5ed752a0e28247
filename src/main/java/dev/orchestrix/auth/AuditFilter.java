package dev.orchestrix.auth;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which lines are wanted; null for any.
 *
 * @param who a part of who it was
 * @param from the first moment
 * @param until the moment before which
 * @param before only lines with a smaller id
 */
public record AuditFilter(
    @Nullable String tenant,
    @Nullable String action,
    @Nullable String who,
    @Nullable Instant from,
    @Nullable Instant until,
    @Nullable UUID before) {}
