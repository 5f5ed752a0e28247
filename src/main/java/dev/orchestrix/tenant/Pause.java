package dev.orchestrix.tenant;

import dev.orchestrix.core.limit.PauseKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something whose jobs do not start for the time being. Those that run go on, and new ones are
 * accepted and wait.
 *
 * @param name the tenant, the type, or the label of the priority
 * @param by who has paused it, as they say, or null
 * @param why as they say, or null
 * @param since by the clock of Postgres
 * @param until when it ends by itself, by the same clock, or null for never
 */
public record Pause(
    PauseKind kind,
    String name,
    @Nullable String by,
    @Nullable String why,
    Instant since,
    @Nullable Instant until) {

  /** The longest {@link #by} and {@link #why}. */
  public static final int LONGEST_TEXT = 500;
}
