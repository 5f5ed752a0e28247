package dev.orchestrix.handler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingRetryAfterTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0                              | PT0S
          007                            | PT7S
          ' 120 '                        | PT2M
          3600                           | PT1H
          3601                           | PT1H
          99999                          | PT1H
          99999999999999999999999999     | PT1H
          Thu, 01 Jan 2026 12:00:30 GMT  | PT30S
          Thursday, 01-Jan-26 12:00:30 GMT | PT30S
          Thu Jan  1 12:00:30 2026       | PT30S
          Thu, 01 Jan 2026 11:59:00 GMT  | PT0S
          Fri, 02 Jan 2026 12:00:00 GMT  | PT1H
          Fri, 01 Jan 9999 12:00:00 GMT  | PT1H
          """)
  void seconds_and_dates_are_understood_up_to_an_hour(String header, Duration wait) {
    assertThat(RetryAfter.parse(header, NOON)).contains(wait);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-5", "1.5", "soon", "1h", "٣", "Thu, 99 Foo 2026 12:00:00 GMT"})
  void anything_else_asks_for_nothing(String header) {
    assertThat(RetryAfter.parse(header, NOON)).isEmpty();
  }
}
