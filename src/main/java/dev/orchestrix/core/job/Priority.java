package dev.orchestrix.core.job;

import java.util.Locale;
import java.util.Optional;

/** Which of the three streams a job travels on. The codes are stored in Postgres: never change. */
public enum Priority {
  HIGH(0),
  NORMAL(1),
  LOW(2);

  private static final Priority[] BY_CODE = {HIGH, NORMAL, LOW};

  private final short code;

  Priority(int code) {
    this.code = (short) code;
  }

  /** The name in JSON, in keys and as a metric label: {@code high}, {@code normal}, {@code low}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The number in Postgres, 0 for the highest. */
  public short code() {
    return code;
  }

  /**
   * @throws ArrayIndexOutOfBoundsException if no priority has this code
   */
  public static Priority ofCode(int code) {
    return BY_CODE[code];
  }

  /** The priority of that label, or nothing if there is none. */
  public static Optional<Priority> ofLabel(String label) {
    for (var priority : BY_CODE) {
      if (priority.label().equals(label)) {
        return Optional.of(priority);
      }
    }
    return Optional.empty();
  }
}
