package dev.orchestrix.query;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How many jobs match a filter.
 *
 * @param jobs of those that were looked at
 * @param next where counting goes on ({@link JobFilter#before}), or null if all were looked at
 */
public record JobCount(long jobs, @Nullable UUID next) {}
