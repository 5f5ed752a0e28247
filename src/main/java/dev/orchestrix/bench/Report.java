package dev.orchestrix.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** What a run measured, under which conditions, and what makes it worthless if anything does. */
final class Report {
  private final String scenario;
  private final Instant date = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final JsonObject parameters;
  private final List<JsonObject> rows = new ArrayList<>();
  private final JsonObject summary = new JsonObject();
  private final List<String> problems = new ArrayList<>();
  private JsonObject conditions = new JsonObject();

  /**
   * @param parameters what the run was told, under the names of its options
   */
  Report(String scenario, JsonObject parameters) {
    this.scenario = scenario;
    this.parameters = parameters;
  }

  void conditions(JsonObject found) {
    conditions = found;
  }

  /** Adds one measurement; all rows of a report have the same fields. */
  void row(JsonObject row) {
    rows.add(row);
  }

  /** Adds one figure about all rows. */
  void summary(String name, Object figure) {
    summary.put(name, figure);
  }

  /** Says that the figures cannot be trusted, and why. */
  void problem(String problem) {
    problems.add(problem);
  }

  boolean passed() {
    return problems.isEmpty();
  }

  String scenario() {
    return scenario;
  }

  Instant date() {
    return date;
  }

  JsonObject parameters() {
    return parameters;
  }

  JsonObject conditions() {
    return conditions;
  }

  List<JsonObject> rows() {
    return rows;
  }

  JsonObject summary() {
    return summary;
  }

  List<String> problems() {
    return problems;
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("scenario", scenario)
        .put("passed", passed())
        .put("date", date.toString())
        .put("parameters", parameters)
        .put("conditions", conditions)
        .put("rows", new JsonArray(rows))
        .put("summary", summary)
        .put("problems", new JsonArray(problems));
  }
}
