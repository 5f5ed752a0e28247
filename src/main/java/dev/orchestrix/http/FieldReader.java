package dev.orchestrix.http;

import dev.orchestrix.core.time.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads the value that comes next as what its field wants. Null means that there is none: the value
 * is JSON null, which is the same as a field left out, or it is wrong, which has been noted.
 */
final class FieldReader {
  private final JsonCursor json;
  private final Violations violations;

  FieldReader(JsonCursor json, Violations violations) {
    this.json = json;
    this.violations = violations;
  }

  @Nullable String text() throws JsonFault {
    return is('"', "expected a string") ? json.string() : null;
  }

  @Nullable Integer wholeNumber(int least, int most) throws JsonFault {
    String number = is('0', "expected a number") ? json.number() : null;
    if (number == null) {
      return null;
    }
    if (!isWhole(number)) {
      violations.add(ProblemCode.WRONG_TYPE, "expected a whole number");
      return null;
    }
    double value = Double.parseDouble(number);
    if (!within(value, least, most)) {
      return null;
    }
    return (int) value;
  }

  @Nullable Double number(double least, double most) throws JsonFault {
    String number = is('0', "expected a number") ? json.number() : null;
    if (number == null) {
      return null;
    }
    double value = Double.parseDouble(number);
    return within(value, least, most) ? (Double) value : null;
  }

  @Nullable Duration duration(Duration least, Duration most) throws JsonFault {
    String text = text();
    if (text == null) {
      return null;
    }
    var duration = Durations.parse(text).orElse(null);
    if (duration == null) {
      violations.add(ProblemCode.INVALID_VALUE, "expected " + Durations.EXPECTED);
      return null;
    }
    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      violations.add(
          ProblemCode.OUT_OF_RANGE,
          "expected " + Durations.format(least) + " to " + Durations.format(most));
      return null;
    }
    return duration;
  }

  /**
   * Whether the next value is of that kind; any other is passed over, and noted unless it is null.
   *
   * @param kind as {@link JsonCursor#kind} tells it
   */
  boolean is(char kind, String expected) throws JsonFault {
    char found = json.kind();
    if (found == kind) {
      return true;
    }
    if (found != 'n') {
      violations.add(ProblemCode.WRONG_TYPE, expected);
    }
    json.skip();
    return false;
  }

  private static boolean isWhole(String number) {
    return number.chars().allMatch(c -> c == '-' || Character.isDigit(c));
  }

  private boolean within(double value, double least, double most) {
    boolean inside = value >= least && value <= most;
    if (!inside) {
      violations.add(ProblemCode.OUT_OF_RANGE, "expected " + plain(least) + " to " + plain(most));
    }
    return inside;
  }

  static String plain(double bound) {
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }
}
