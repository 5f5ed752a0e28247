package dev.orchestrix.execute;

import static dev.orchestrix.execute.LogLevel.WARN;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReportingTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void a_line_has_its_time_and_the_level_it_was_given() {
    var report = new Report(1, null);

    report.log(NOON, null, "plain");
    report.log(NOON.plusSeconds(1), WARN, "odd");

    assertThat(attempts(report))
        .isEqualTo(
            new JsonArray(
                """
                [{"attempt": 1, "logs_dropped": 0, "logs": [
                  {"at": "2026-01-01T12:00:00Z", "line": "plain"},
                  {"at": "2026-01-01T12:00:01Z", "level": "WARN", "line": "odd"}]}]
                """));
  }

  @Test
  void only_the_last_progress_counts_and_it_is_between_nothing_and_all() {
    var report = new Report(1, null);

    report.progress(0.5, "half");
    report.progress(1.5, "n".repeat(300));

    var progress = attempts(report).getJsonObject(0).getJsonObject("progress");
    assertThat(progress.getDouble("fraction")).isEqualTo(1.0);
    assertThat(progress.getString("note")).hasSize(200).endsWith("…");
    report.progress(Double.NaN, "lost");
    assertThat(attempts(report).getJsonObject(0).getJsonObject("progress").getDouble("fraction"))
        .isZero();
  }

  @Test
  void the_newest_hundred_lines_are_kept_and_the_others_counted() {
    var report = new Report(1, null);

    for (int i = 1; i <= 103; i++) {
      report.log(NOON, null, "line " + i);
    }

    var own = attempts(report).getJsonObject(0);
    assertThat(own.getJsonArray("logs")).hasSize(100);
    assertThat(own.getJsonArray("logs").getJsonObject(0).getString("line")).isEqualTo("line 4");
    assertThat(own.getInteger("logs_dropped")).isEqualTo(3);
  }

  @Test
  void a_long_line_is_cut_and_a_nul_does_not_reach_postgres() {
    var report = new Report(1, null);

    report.log(NOON, null, "x".repeat(501));
    report.log(NOON, null, "a\0b");

    var logs = attempts(report).getJsonObject(0).getJsonArray("logs");
    assertThat(logs.getJsonObject(0).getString("line")).hasSize(500).endsWith("x…");
    assertThat(logs.getJsonObject(1).getString("line")).isEqualTo("a\ufffdb");
  }

  @Test
  void the_last_five_attempts_are_kept_as_they_were() {
    String text = null;
    for (int attempt = 1; attempt <= 7; attempt++) {
      var report = new Report(attempt, text);
      report.log(NOON, null, "attempt " + attempt);
      text = report.text();
    }

    assertThat(new JsonObject(text).getJsonArray("attempts"))
        .extracting(one -> ((JsonObject) one).getInteger("attempt"))
        .containsExactly(3, 4, 5, 6, 7);
    assertThat(text).contains("attempt 3").doesNotContain("attempt 2");
  }

  private static JsonArray attempts(Report report) {
    return new JsonObject(report.text()).getJsonArray("attempts");
  }
}
