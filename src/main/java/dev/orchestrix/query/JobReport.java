package dev.orchestrix.query;

import org.jspecify.annotations.Nullable;

/**
 * What the attempts of a job have said.
 *
 * @param text JSON object: progress and log lines of the latest attempts, or null for none
 */
public record JobReport(@Nullable String text) {}
