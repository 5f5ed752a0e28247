package dev.orchestrix.core.limit;

import java.util.Locale;
import java.util.Optional;

/** What can be paused. Labels are stored in Postgres and sent to clients: never rename. */
public enum PauseKind {
  TENANT,
  TYPE,
  PRIORITY;

  /** As it is written everywhere. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<PauseKind> ofLabel(String label) {
    for (var kind : values()) {
      if (kind.label().equals(label)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
