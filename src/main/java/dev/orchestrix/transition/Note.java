package dev.orchestrix.transition;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt has said that Postgres does not know yet.
 *
 * @param report progress and log lines of this attempt and those before it as JSON, or null for
 *     nothing new
 * @param checkpoint JSON for the next attempt, or null for nothing new
 */
public record Note(UUID job, int attempt, @Nullable String report, @Nullable String checkpoint) {

  /** Both as one: of each part the newer, if that has it. */
  static Note merged(Note older, Note newer) {
    return new Note(
        newer.job,
        newer.attempt,
        newer.report == null ? older.report : newer.report,
        newer.checkpoint == null ? older.checkpoint : newer.checkpoint);
  }
}
