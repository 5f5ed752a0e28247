package dev.orchestrix.config;

import dev.orchestrix.core.time.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the text of a setting means.
 *
 * @param expectation what fits, to follow the word "expected"
 */
record Kind<T>(String expectation, Function<String, Reading<T>> reader) {

  private static final Pattern SIZE = Pattern.compile("(\\d{1,10})(KiB|MiB)?");
  private static final Pattern DECIMAL = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
  private static final Pattern NAME = Pattern.compile("[^\\s,]+");
  private static final Pattern ENDPOINT = Pattern.compile("[^\\s,]+:\\d{1,5}");

  Reading<T> read(String text) {
    return reader.apply(text);
  }

  static <T> Kind<T> of(String expectation, Function<String, Optional<T>> parser) {
    return new Kind<>(expectation, text -> fit(parser.apply(text), expectation));
  }

  static Kind<Integer> integer(int least, int most) {
    return of(
        "a whole number from " + least + " to " + most,
        text -> wholeNumber(text).filter(number -> least <= number && number <= most));
  }

  static Kind<Double> decimal(double least, double most) {
    return of(
        "a number from " + plain(least) + " to " + plain(most),
        text ->
            DECIMAL.matcher(text).matches()
                ? Optional.of(Double.valueOf(text)).filter(it -> least <= it && it <= most)
                : Optional.empty());
  }

  /** Bytes, bare or as KiB or MiB. */
  static Kind<Integer> size(int least, int most) {
    return of(
        "a size such as 512KiB, 1MiB or 1048576, from " + least + " to " + most + " bytes",
        text ->
            bytes(text)
                .filter(bytes -> least <= bytes && bytes <= most)
                .map(bytes -> (int) (long) bytes));
  }

  static Kind<Duration> duration(Duration least, Duration most) {
    return of(
        "a duration such as 200ms, 30s or 7d, from %s to %s"
            .formatted(Durations.format(least), Durations.format(most)),
        text ->
            Durations.parse(text)
                .filter(it -> it.compareTo(least) >= 0 && it.compareTo(most) <= 0));
  }

  static Kind<Boolean> flag() {
    return of(
        "true or false",
        text ->
            switch (text) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  static Kind<String> host() {
    return of("a host name or address", text -> matching(NAME, text));
  }

  static Kind<List<String>> names() {
    return list("names, separated by commas", text -> matching(NAME, text));
  }

  static Kind<List<String>> endpoints() {
    return list("host:port, separated by commas", text -> matching(ENDPOINT, text));
  }

  /** A list with an expectation of its own; an empty text is an empty list. */
  static <T> Kind<List<T>> list(String expectation, Function<String, Optional<T>> item) {
    return of(
        expectation,
        text -> {
          var items = items(text).map(item).toList();
          return items.stream().allMatch(Optional::isPresent)
              ? Optional.of(items.stream().map(Optional::orElseThrow).toList())
              : Optional.empty();
        });
  }

  static Optional<Integer> wholeNumber(String text) {
    return text.matches("\\d{1,9}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  private static String plain(double bound) {
    return BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
  }

  private static Stream<String> items(String text) {
    return text.isBlank() ? Stream.empty() : Arrays.stream(text.split(",", -1)).map(String::strip);
  }

  private static Optional<Long> bytes(String text) {
    var match = SIZE.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(match.group(1));
    var unit = match.group(2);
    if (unit == null) {
      return Optional.of(amount);
    }
    return Optional.of(unit.equals("KiB") ? amount << 10 : amount << 20);
  }

  private static Optional<String> matching(Pattern pattern, String text) {
    return pattern.matcher(text).matches() ? Optional.of(text) : Optional.empty();
  }

  private static <T> Reading<T> fit(Optional<T> value, String expectation) {
    return value.isPresent()
        ? new Reading.Fit<>(value.orElseThrow())
        : new Reading.Unfit<>(expectation);
  }
}
