package dev.orchestrix.submit;

import java.util.UUID;

/**
 * A job that makes room for a later one with the same concurrency key.
 *
 * @param by the later one
 */
public record Displaced(UUID job, UUID by) {}
