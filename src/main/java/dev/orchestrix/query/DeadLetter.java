package dev.orchestrix.query;

import java.time.Instant;
import java.util.UUID;

/**
 * A failed job that waits for somebody to retry or discard it.
 *
 * @param message why it failed, at most 500 characters
 */
public record DeadLetter(
    UUID job,
    String tenant,
    String type,
    String category,
    String fingerprint,
    String message,
    Instant failedAt) {}
