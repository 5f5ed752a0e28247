package dev.orchestrix.circuit;

import java.util.Locale;

/** Whether jobs of a circuit may start. Labels are stored in Postgres: never rename. */
public enum CircuitState {
  /** They may, and how they end is measured. */
  CLOSED(0),
  /** They wait. */
  OPEN(2),
  /** Only some that were chosen may, and how they end decides. */
  HALF_OPEN(1),
  /** They wait because somebody said so. */
  FORCED_OPEN(2),
  /** They may, whatever becomes of them, because somebody said so. */
  FORCED_CLOSED(0);

  private final int level;

  CircuitState(int level) {
    this.level = level;
  }

  /** For a gauge: 0 when all may start, 1 when some may, 2 when none may. */
  public int level() {
    return level;
  }

  /** As it is written everywhere. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static CircuitState ofLabel(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
