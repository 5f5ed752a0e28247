package dev.orchestrix.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WritingDurationsTest {
  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  @Test
  void a_number_and_a_unit_are_a_duration() {
    UNITS.forEach(
        (unit, one) -> {
          assertThat(Durations.parse("1" + unit)).contains(one);
          assertThat(Durations.parse("015" + unit)).contains(one.multipliedBy(15));
          assertThat(Durations.parse("0" + unit)).contains(Duration.ZERO);
        });
  }

  @Test
  void iso_8601_is_read_as_well() {
    assertThat(Durations.parse("PT1M30S")).contains(Duration.ofSeconds(90));
    assertThat(Durations.parse("P2DT0.5S")).contains(Duration.ofDays(2).plusMillis(500));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "s",
        "1",
        "1.5s",
        "-1s",
        "+1s",
        "1 s",
        " 1s",
        "1s ",
        "1S",
        "1w",
        "1sm",
        "1s1m",
        "٣s",
        "0x1s",
        "1e3s",
        "P",
        "PT",
        "P1M",
        "P1Y",
        "pt1s",
        "PT-1S",
        "-PT1S",
        "PT1S ",
        "1234567890123s",
        "PT99999999999999999999S",
        "P999999999999999999D"
      })
  void anything_else_is_none(String text) {
    assertThat(Durations.parse(text)).isEmpty();
  }

  @Test
  void what_is_read_fits_into_milliseconds() {
    assertThat(Durations.parse("999999999999d")).isEmpty();
    assertThat(Durations.parse("PT9223372036854775S").orElseThrow().toMillis())
        .isEqualTo(9_223_372_036_854_775_000L);
    assertThat(Durations.parse("PT9223372036854776S")).isEmpty();
  }

  @Test
  void what_is_written_is_read_back() {
    var random = new Random(5);
    for (int round = 0; round < 20_000; round++) {
      var duration = random(random);

      assertThat(Durations.parse(Durations.format(duration))).contains(duration);
    }
  }

  @Test
  void no_shorter_text_means_the_same() {
    var random = new Random(6);
    for (int round = 0; round < 20_000; round++) {
      var duration = random(random);
      var shortest = Durations.format(duration).length();

      assertThat(texts(duration)).allMatch(text -> text.length() >= shortest);
    }
  }

  @Test
  void what_is_less_than_a_millisecond_is_dropped() {
    assertThat(Durations.format(Duration.ofNanos(1_999_999))).isEqualTo("1ms");
    assertThat(Durations.format(Duration.ofNanos(999_999))).isEqualTo("0s");
  }

  /** As likely in every unit, from none up to a few weeks. */
  private static Duration random(Random random) {
    var units = List.of("ms", "s", "m", "h", "d");
    var unit = units.get(random.nextInt(units.size()));
    return Durations.parse(random.nextInt(100) + unit)
        .orElseThrow()
        .multipliedBy(1 + random.nextInt(20));
  }

  private static Stream<String> texts(Duration duration) {
    return UNITS.entrySet().stream()
        .filter(unit -> duration.toMillis() % unit.getValue().toMillis() == 0)
        .map(unit -> duration.toMillis() / unit.getValue().toMillis() + unit.getKey());
  }
}
