package dev.orchestrix.query;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Some jobs of a list, newest first.
 *
 * @param next where the next page begins ({@link JobFilter#before}), or null at the end of the
 *     list. A page may have fewer jobs than asked for, even none, and yet not be the last.
 */
public record JobPage(List<JobSummary> jobs, @Nullable UUID next) {}
