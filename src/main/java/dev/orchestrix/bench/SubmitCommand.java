package dev.orchestrix.bench;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "submit",
    description =
        "How many single jobs a second a node accepts, each answered when it is committed. Unless a"
            + " node is named, the same is measured on a second one that commits every job by"
            + " itself.")
final class SubmitCommand extends ScenarioCommand {
  private static final Map<String, String> ALONE =
      Map.of("ORCHESTRIX_SUBMIT_GROUP_COMMIT", "false");

  @Option(
      names = "--connections",
      defaultValue = "32",
      description =
          "Requests at once, each on a connection of its own (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Length of a round (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Rounds on each node, alternated (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--payload",
      paramLabel = "BYTES",
      defaultValue = "100",
      description = "Length of a job's payload (default: ${DEFAULT-VALUE}).")
  private int payload;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "15",
      description =
          "The same load before the first round, not measured (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Override
  void check(OptionProblems problems) {
    target().checkHttpKnown(problems);
    problems.range("--connections", connections, 1, 1_024);
    problems.range("--seconds", seconds, 1, 3_600);
    problems.range("--rounds", rounds, 1, 100);
    problems.range("--payload", payload, JobBodies.SHORTEST, JobBodies.LONGEST);
    problems.range("--warm-up", warmUp, 0, 600);
  }

  @Override
  JsonObject parameters() {
    return new JsonObject()
        .put("connections", connections)
        .put("seconds", seconds)
        .put("rounds", rounds)
        .put("payload", payload)
        .put("warm_up_seconds", warmUp);
  }

  @Override
  void measure(Session session, Report report) {
    var node = session.targetOr(target().target());
    report.conditions(session.await("Asking the servers", Conditions.of(session.vertx(), node)));
    try (var grouped = warm(session, node)) {
      if (target().given()) {
        alone(session, report, grouped);
      } else {
        var other = session.ownNode("without-group-commit", ALONE).target();
        try (var single = warm(session, other)) {
          compared(session, report, grouped, single);
        }
      }
    }
  }

  private SubmitRun warm(Session session, Target node) {
    var run = new SubmitRun(session, node, connections, payload);
    if (warmUp > 0) {
      session.say("warming up");
      var _ = run.round(Duration.ofSeconds(warmUp), "");
    }
    return run;
  }

  private void alone(Session session, Report report, SubmitRun run) {
    var rates = new ArrayList<Double>();
    for (int round = 1; round <= rounds; round++) {
      session.say("round " + round + " of " + rounds);
      var row = run.round(Duration.ofSeconds(seconds), "");
      rates.add(row.getDouble("per_second"));
      report.row(new JsonObject().put("round", round).mergeIn(row));
    }
    report.summary("median_per_second", Figures.median(rates));
  }

  private void compared(Session session, Report report, SubmitRun grouped, SubmitRun single) {
    var rates = new ArrayList<Double>();
    var ratios = new ArrayList<Double>();
    for (int round = 1; round <= rounds; round++) {
      session.say("round " + round + " of " + rounds);
      var row = grouped.round(Duration.ofSeconds(seconds), "");
      var other = single.round(Duration.ofSeconds(seconds), "ungrouped_");
      rates.add(row.getDouble("per_second"));
      ratios.add(Figures.ratio(rates.getLast(), other.getDouble("ungrouped_per_second")));
      report.row(
          new JsonObject()
              .put("round", round)
              .mergeIn(row)
              .mergeIn(other)
              .put("ratio", ratios.getLast()));
    }
    report.summary("median_per_second", Figures.median(rates));
    report.summary("median_ratio", Figures.median(ratios));
  }
}
