package dev.orchestrix.http;

import dev.orchestrix.core.job.Throttle;
import dev.orchestrix.tenant.Limit;
import org.jspecify.annotations.Nullable;

/** Reads {@code rate_key}, {@code cost} and {@code concurrency_key}. */
final class ThrottleDraft {
  private final FieldReader field;
  private final Violations violations;
  private @Nullable String rateKey;
  private @Nullable Integer cost;
  private @Nullable String concurrencyKey;

  ThrottleDraft(FieldReader field, Violations violations) {
    this.field = field;
    this.violations = violations;
  }

  /** Reads the value of one of its three fields. */
  void read(String name) throws JsonFault {
    switch (name) {
      case "rate_key" -> rateKey = key();
      case "cost" -> cost = field.wholeNumber(1, Throttle.MOST_COST);
      case "concurrency_key" -> concurrencyKey = key();
      default -> throw new IllegalArgumentException(name);
    }
  }

  /** What was read. */
  Throttle throttle() {
    return rateKey == null && cost == null && concurrencyKey == null
        ? Throttle.NONE
        : new Throttle(rateKey, cost == null ? 1 : cost, concurrencyKey);
  }

  private @Nullable String key() throws JsonFault {
    var text = field.text();
    if (text != null && !isKey(text)) {
      violations.add(
          ProblemCode.INVALID_VALUE,
          "expected 1 to " + Limit.LONGEST_NAME + " characters, none of them a control character");
      return null;
    }
    return text;
  }

  /** Whether a limit may have that name, and a job that key. */
  static boolean isKey(String text) {
    return !text.isBlank()
        && text.length() <= Limit.LONGEST_NAME
        && text.chars()
            .noneMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c));
  }
}
