package dev.orchestrix.handler;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.utils.DateUtils;

/**
 * What a {@code Retry-After} header asks for.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110, Retry-After</a>
 */
final class RetryAfter {
  private static final Duration LONGEST = Duration.ofHours(1);

  /** The oldest form of a date, which the client library has forgotten how to read. */
  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private static final Pattern SECONDS = Pattern.compile("0*(\\d{1,200})");

  /**
   * The wait from {@code now}, zero (for a date that has passed) to one hour (for anything later);
   * nothing if the header is neither a number of seconds nor a date.
   */
  static Optional<Duration> parse(String header, Instant now) {
    var text = header.strip();
    var seconds = SECONDS.matcher(text);
    if (seconds.matches()) {
      var digits = seconds.group(1);
      return Optional.of(digits.length() > 4 ? LONGEST : bounded(seconds(digits)));
    }
    return date(text).map(date -> bounded(Duration.between(now, date)));
  }

  private static Optional<Instant> date(String text) {
    try {
      var date = DateUtils.parseStandardDate(text);
      return Optional.of(date != null ? date : ASCTIME.parse(text, Instant::from));
    } catch (DateTimeParseException notOne) {
      return Optional.empty();
    }
  }

  private static Duration seconds(String digits) {
    return Duration.ofSeconds(Integer.parseInt(digits));
  }

  private static Duration bounded(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  private RetryAfter() {}
}
