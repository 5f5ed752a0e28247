package dev.orchestrix.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ShowingWhatAttemptsSaidTest {
  private static final String REPORT =
      """
      {"attempts":[
        {"attempt":2,"progress":{"fraction":0.5,"note":"half"}},
        {"attempt":4,"logs":[{"at":"2026-01-01T12:00:00Z","line":"a"},
                             {"at":"2026-01-01T12:00:01Z","level":"WARN","line":"b"}],
         "logs_dropped":3}]}
      """;

  @Test
  void a_job_shows_the_lines_of_its_latest_attempt() {
    assertThat(latest(REPORT, 4))
        .isEqualTo(
            new JsonObject()
                .putNull("progress")
                .put("logs", JsonArray.of("a", "b"))
                .put("logs_dropped", 3));
  }

  @Test
  void it_shows_nothing_of_earlier_ones_when_the_latest_was_silent() {
    var nothing =
        new JsonObject().putNull("progress").put("logs", JsonArray.of()).put("logs_dropped", 0);

    assertThat(latest(REPORT, 5)).isEqualTo(nothing);
    assertThat(latest(null, 0)).isEqualTo(nothing);
  }

  @Test
  void all_attempts_are_shown_with_time_and_level_of_each_line() {
    assertThat(all(REPORT, 0))
        .isEqualTo(
            new JsonObject(
                """
                {"attempts":[
                  {"attempt":2,"progress":{"fraction":0.5,"note":"half"},"logs":[],"logs_dropped":0},
                  {"attempt":4,"progress":null,"logs":[
                    {"at":"2026-01-01T12:00:00Z","level":null,"line":"a"},
                    {"at":"2026-01-01T12:00:01Z","level":"WARN","line":"b"}],
                   "logs_dropped":3}]}
                """));
  }

  @Test
  void one_attempt_is_shown_if_it_is_asked_for_and_none_if_it_is_not_kept() {
    assertThat(all(REPORT, 4).getJsonArray("attempts"))
        .extracting(one -> ((JsonObject) one).getInteger("attempt"))
        .containsExactly(4);
    assertThat(all(REPORT, 1).getJsonArray("attempts")).isEmpty();
    assertThat(all(null, 0).getJsonArray("attempts")).isEmpty();
  }

  private static JsonObject latest(@Nullable String report, int attempt) {
    return new JsonObject(JsonBody.of(out -> ReportJson.latest(out, report, attempt)));
  }

  private static JsonObject all(@Nullable String report, int only) {
    return new JsonObject(JsonBody.of(out -> ReportJson.all(out, report, only)));
  }
}
