package dev.orchestrix.auth;

import dev.orchestrix.core.limit.RateLimit;
import org.jspecify.annotations.Nullable;

/**
 * What somebody's requests are counted by.
 *
 * @param name the same on all nodes, and nobody else's; no secret
 * @param own how many they may make, or null for as many as the settings say
 */
public record RequestBucket(String name, @Nullable RateLimit own) {}
