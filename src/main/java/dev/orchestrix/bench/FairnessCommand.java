package dev.orchestrix.bench;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "fairness",
    description =
        "How long jobs of light tenants wait beside one with a long backlog, and how exactly"
            + " slots are shared by weight. Starts a node of its own.")
final class FairnessCommand extends ScenarioCommand {
  @Option(
      names = "--heavy",
      paramLabel = "JOBS",
      defaultValue = "200000",
      description = "Jobs of the heavy tenant (default: ${DEFAULT-VALUE}).")
  private int heavy;

  @Option(
      names = "--light",
      paramLabel = "TENANTS",
      defaultValue = "20",
      description = "Light tenants (default: ${DEFAULT-VALUE}).")
  private int light;

  @Option(
      names = "--light-rate",
      defaultValue = "5",
      description = "Jobs a second of each light tenant (default: ${DEFAULT-VALUE}).")
  private int lightRate;

  @Option(
      names = "--seconds",
      defaultValue = "15",
      description = "How long the light ones submit (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--share-seconds",
      defaultValue = "20",
      description = "How long shares are measured (default: ${DEFAULT-VALUE}).")
  private int shareSeconds;

  @Override
  void check(OptionProblems problems) {
    target().checkNoneGiven(problems, "this scenario starts and stops a node of its own");
    problems.range("--heavy", heavy, 1_000, 10_000_000);
    problems.range("--light", light, 1, 500);
    problems.range("--light-rate", lightRate, 1, 100);
    problems.range("--seconds", seconds, 1, 600);
    problems.range("--share-seconds", shareSeconds, 5, 120);
  }

  @Override
  JsonObject parameters() {
    return new JsonObject()
        .put("heavy", heavy)
        .put("light", light)
        .put("light_rate", lightRate)
        .put("seconds", seconds)
        .put("share_seconds", shareSeconds);
  }

  @Override
  void measure(Session session, Report report) {
    try (var run = new FairnessRun(session)) {
      report.conditions(run.conditions());
      var waits = run.beside(heavy, light, lightRate, seconds);
      report.row(waits);
      var shares = new ArrayList<Double>();
      for (var one : run.shares(shareSeconds)) {
        report.summary("slot_seconds_" + one.tenant() + "_weight_" + one.weight(), one.seconds());
        shares.add(one.perWeight());
      }
      report.summary("jain", Figures.jain(List.copyOf(shares)));
    }
  }
}
