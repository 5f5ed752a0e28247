package dev.orchestrix.core.time;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 1500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 7d}.
 */
public final class Durations {

  /** What a message says it expected. */
  public static final String EXPECTED =
      "a duration such as 1500ms, 30s, 5m, 2h, 7d or ISO 8601 (PT1M30S)";

  /** Everybody counts in milliseconds sooner or later. */
  private static final Duration LONGEST = Duration.ofMillis(Long.MAX_VALUE);

  private static final Pattern SHORT = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

  /**
   * The duration that {@code text} means, or nothing if it means none, is negative, or is longer
   * than can be counted in milliseconds.
   */
  public static Optional<Duration> parse(String text) {
    return read(text).filter(d -> !d.isNegative() && d.compareTo(LONGEST) <= 0);
  }

  private static Optional<Duration> read(String text) {
    var match = SHORT.matcher(text);
    if (match.matches()) {
      return Optional.of(of(Long.parseLong(match.group(1)), match.group(2)));
    }
    if (text.length() > 40 || !text.startsWith("P")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Duration.parse(text));
    } catch (DateTimeParseException | ArithmeticException notIso) {
      return Optional.empty();
    }
  }

  /** The shortest text that {@link #parse} reads back, to the millisecond. */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0s";
    }
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  private static Duration of(long amount, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private Durations() {}
}
