package dev.orchestrix.auth;

import dev.orchestrix.core.limit.RateLimit;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key that opens the API, without what only its owner knows.
 *
 * @param prefix the part of it that may be shown, and is in logs
 * @param tenant whose jobs it is for, or null for those of all tenants
 * @param name what it is for, in its maker's words
 * @param payloads whether it shows what jobs are given and what they give back
 * @param expiresAt when it ends, or null for never
 * @param lastUsedAt to about a minute, or null for never
 * @param requests how many requests it may make, or null for as many as the settings say
 */
public record ApiKey(
    UUID id,
    String prefix,
    @Nullable String tenant,
    Role role,
    String name,
    boolean payloads,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt,
    @Nullable Instant lastUsedAt,
    @Nullable RateLimit requests) {

  /** Whether it opens anything at that time. */
  boolean opensAt(long epochMillis) {
    return revokedAt == null && (expiresAt == null || expiresAt.toEpochMilli() > epochMillis);
  }

  Caller caller() {
    return new Caller(
        "key " + prefix + " (" + name + ")",
        tenant,
        role,
        payloads,
        new RequestBucket("key:" + id, requests));
  }
}
