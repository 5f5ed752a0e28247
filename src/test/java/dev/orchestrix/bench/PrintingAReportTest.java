package dev.orchestrix.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PrintingAReportTest {
  private final Report report = new Report("limit", new JsonObject().put("jobs", 200_000));

  @Test
  void figures_stand_under_their_names() {
    report.row(new JsonObject().put("round", 1).put("jobs_per_second", 41_234.5).put("ratio", 0.7));
    report.row(new JsonObject().put("round", 2).put("jobs_per_second", 950.0).put("ratio", 1.25));

    assertThat(ReportText.of(report).lines())
        .containsSequence(
            "round  jobs_per_second  ratio",
            "    1           41,235   0.70",
            "    2              950   1.25");
  }

  @Test
  void parameters_and_conditions_are_part_of_it() {
    report.conditions(new JsonObject().put("cores", 2).put("postgres_version", "18.6"));

    assertThat(ReportText.of(report).lines())
        .containsSequence("parameters", "  jobs  200,000")
        .containsSequence("conditions", "  cores             2", "  postgres_version  18.6");
  }

  @Test
  void as_json_it_is_one_object() {
    report.conditions(new JsonObject().put("cores", 2));
    report.row(new JsonObject().put("round", 1));
    report.summary("median_jobs_per_second", 41_000.0);

    var json = new JsonObject(report.toJson().encode());

    assertThat(json.fieldNames())
        .containsExactly(
            "scenario",
            "passed",
            "date",
            "parameters",
            "conditions",
            "rows",
            "summary",
            "problems");
    assertThat(json.getBoolean("passed")).isTrue();
    assertThat(json.getJsonArray("rows").getJsonObject(0).getInteger("round")).isEqualTo(1);
    assertThat(json.getJsonObject("summary").getDouble("median_jobs_per_second"))
        .isEqualTo(41_000.0);
  }

  @Test
  void a_run_with_a_problem_has_not_passed() {
    report.problem("3 of 10 jobs are lost");

    assertThat(report.passed()).isFalse();
    assertThat(report.toJson().getBoolean("passed")).isFalse();
    assertThat(ReportText.of(report).lines()).containsSequence("FAILED", "  3 of 10 jobs are lost");
  }
}
