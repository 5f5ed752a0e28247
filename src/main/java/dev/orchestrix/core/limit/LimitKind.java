package dev.orchestrix.core.limit;

import java.util.Locale;
import java.util.Optional;

/** What a limit is of. Labels are stored in Postgres and sent to clients: never rename. */
public enum LimitKind {
  /** Of all jobs of a type, whoever has submitted them: a rate, a number of slots, or both. */
  TYPE,
  /** Of a tenant's jobs that name the same rate key: a rate. */
  RATE_KEY,
  /** Of a tenant's jobs that name the same concurrency key: a number of slots. */
  CONCURRENCY_KEY;

  /** As it is written everywhere. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether every tenant has limits of this kind of its own. */
  public boolean ofTenant() {
    return this != TYPE;
  }

  public static Optional<LimitKind> ofLabel(String label) {
    for (var kind : values()) {
      if (kind.label().equals(label)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
