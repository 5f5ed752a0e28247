package dev.orchestrix.http;

import dev.orchestrix.core.limit.RateLimit;
import org.jspecify.annotations.Nullable;

/** Reads {@code rate}, {@code burst} and {@code running}. */
final class LimitsDraft {
  private static final double LEAST_RATE = 1e-6;
  private static final int MOST_RUNNING = 1_000_000;

  private final FieldReader field;
  private final Violations violations;
  private @Nullable Double rate;
  private @Nullable Integer burst;
  private @Nullable Integer running;

  LimitsDraft(FieldReader field, Violations violations) {
    this.field = field;
    this.violations = violations;
  }

  /** Reads the value of one of its fields; false when it has none of that name. */
  boolean read(String name) throws JsonFault {
    switch (name) {
      case "rate" -> rate = readRate();
      case "burst" -> burst = field.wholeNumber(1, RateLimit.MOST_BURST);
      case "running" -> running = field.wholeNumber(0, MOST_RUNNING);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** A rate of 0 stops everything; one too small to be counted is a mistake. */
  private @Nullable Double readRate() throws JsonFault {
    var read = field.number(0, RateLimit.MOST_RATE);
    if (read != null && read > 0 && read < LEAST_RATE) {
      violations.add(
          ProblemCode.OUT_OF_RANGE, "expected 0, which stops all, or 0.000001 to 1000000");
      return null;
    }
    return read;
  }

  /** Whether there is a burst, and no rate that it could belong to. */
  boolean lacksRate() {
    return rate == null && burst != null;
  }

  /** Whether nothing was read. */
  boolean empty() {
    return rate == null && burst == null && running == null;
  }

  @Nullable RateLimit rate() {
    return rate == null ? null : RateLimit.of(rate, burst);
  }

  @Nullable Integer running() {
    return running;
  }
}
