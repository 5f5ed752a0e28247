package dev.orchestrix.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.limit.RateLimit;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingSettingsOfRequestsTest {
  private static final Map<String, String> ENOUGH =
      Map.of(
          "ORCHESTRIX_POSTGRES_URL", "postgresql://app:secret@db:5432/app",
          "ORCHESTRIX_REDIS_URL", "redis://cache:6379");

  @Test
  void requests_are_not_limited_unless_somebody_says_so() {
    assertThat(loaded(Map.of("auth.mode", "keys")).settings().auth().requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"50, 50", "0.5, 1", "2.5, 3"})
  void a_rate_alone_lets_those_of_a_second_come_at_once(String rate, int burst) {
    var settings = loaded(Map.of("auth.mode", "keys", "auth.request_rate", rate)).settings();

    assertThat(settings.auth().requests()).contains(new RateLimit(Double.parseDouble(rate), burst));
  }

  @Test
  void a_burst_may_be_more_than_those_of_a_second() {
    var flags = Map.of("auth.mode", "keys", "auth.request_rate", "5", "auth.request_burst", "9");

    assertThat(loaded(flags).settings().auth().requests()).contains(new RateLimit(5, 9));
  }

  @Test
  void a_burst_alone_limits_nothing_and_is_refused() {
    assertThat(loaded(Map.of("auth.mode", "keys", "auth.request_burst", "5")).problems())
        .containsExactly(
            new Problem(
                "auth.request_rate", "", "", "not set; expected, as auth.request_burst is"));
  }

  @ParameterizedTest
  @CsvSource({"0", "0.0009", "-1", "1e3", "NaN", "1000001", "5/s"})
  void what_is_no_rate_is_refused(String rate) {
    assertThat(loaded(Map.of("auth.mode", "keys", "auth.request_rate", rate)).problems())
        .singleElement()
        .satisfies(
            it ->
                assertThat(it.expectation()).isEqualTo("expected a number from 0.001 to 1000000"));
  }

  private static LoadedSettings loaded(Map<String, String> flags) {
    return new SettingsLoader(ENOUGH, Path.of("no-such-folder"), Optional.empty()).node(flags);
  }
}
