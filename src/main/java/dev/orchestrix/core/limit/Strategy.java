package dev.orchestrix.core.limit;

import java.util.Locale;
import java.util.Optional;

/**
 * What becomes of a job whose concurrency key has no free slot. Labels are stored in Postgres and
 * sent to clients: never rename.
 */
public enum Strategy {
  /** It waits for its turn. */
  QUEUE,
  /** Those before it are cancelled. */
  CANCEL_RUNNING,
  /** It is refused. */
  DROP_NEW;

  /** As it is written everywhere. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Strategy> ofLabel(String label) {
    for (var strategy : values()) {
      if (strategy.label().equals(label)) {
        return Optional.of(strategy);
      }
    }
    return Optional.empty();
  }
}
