package dev.orchestrix.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.limit.LimitKind;
import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.core.limit.Strategy;
import dev.orchestrix.tenant.Limit;
import dev.orchestrix.tenant.Limits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReadingALimitTest {
  private static final Limits.Place TYPE = new Limits.Place(LimitKind.TYPE, "", "email");
  private static final Limits.Place RATE = new Limits.Place(LimitKind.RATE_KEY, "acme", "smtp");
  private static final Limits.Place CONCURRENCY =
      new Limits.Place(LimitKind.CONCURRENCY_KEY, "acme", "deploy:*");

  @Test
  void a_type_may_have_a_rate_and_slots() {
    assertThat(read(TYPE, "{\"rate\": 2.5, \"burst\": 5, \"running\": 0}"))
        .isEqualTo(
            new LimitReader.Read(
                new Limit(LimitKind.TYPE, "", "email", new RateLimit(2.5, 5), 0, Strategy.QUEUE)));
  }

  @Test
  void a_concurrency_key_has_slots_and_a_strategy() {
    assertThat(read(CONCURRENCY, "{\"running\": 1, \"strategy\": \"cancel_running\"}"))
        .isEqualTo(
            new LimitReader.Read(
                new Limit(
                    LimitKind.CONCURRENCY_KEY,
                    "acme",
                    "deploy:*",
                    null,
                    1,
                    Strategy.CANCEL_RUNNING)));
  }

  @Test
  void what_a_kind_cannot_have_is_refused() {
    assertThat(paths(RATE, "{\"rate\": 1, \"burst\": 1, \"running\": 1}")).containsOnly("/running");
    assertThat(paths(CONCURRENCY, "{\"running\": 1, \"rate\": 1}")).contains("/rate");
    assertThat(paths(TYPE, "{\"running\": 1, \"strategy\": \"queue\"}")).containsOnly("/strategy");
  }

  @Test
  void a_limit_of_nothing_is_refused() {
    assertThat(paths(TYPE, "{}")).containsOnly("/rate");
    assertThat(paths(RATE, "{\"burst\": 1}")).containsOnly("/rate");
    assertThat(paths(CONCURRENCY, "{}")).containsOnly("/running");
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0.25, 1", "2.5, 3", "1000000, 1000000"})
  void a_rate_alone_lets_what_comes_in_a_second_start_at_once(String rate, int burst) {
    assertThat(read(RATE, "{\"rate\": " + rate + "}"))
        .isEqualTo(
            new LimitReader.Read(
                new Limit(
                    LimitKind.RATE_KEY,
                    "acme",
                    "smtp",
                    new RateLimit(Double.parseDouble(rate), burst),
                    null,
                    Strategy.QUEUE)));
  }

  @Test
  void a_strategy_that_nobody_knows_is_refused() {
    assertThat(paths(CONCURRENCY, "{\"running\": 1, \"strategy\": \"hope\"}"))
        .containsOnly("/strategy");
  }

  @Test
  void where_a_list_goes_on_is_read_back() {
    var last = new Limit(LimitKind.RATE_KEY, "acme", "user:*", null, null, Strategy.QUEUE);

    assertThat(LimitCursor.read(LimitCursor.write(last)))
        .contains(new Limits.Place(LimitKind.RATE_KEY, "acme", "user:*"));
    assertThat(LimitCursor.read("nonsense")).isEmpty();
    assertThat(LimitCursor.read("%")).isEmpty();
  }

  private static LimitReader.Reading read(Limits.Place place, String json) {
    return LimitReader.read(json.getBytes(StandardCharsets.UTF_8), place);
  }

  private static List<String> paths(Limits.Place place, String json) {
    return read(place, json) instanceof LimitReader.Refused(var problem)
        ? problem.errors().stream().map(Violation::path).toList()
        : List.of();
  }
}
