package dev.orchestrix.bench;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "backlog",
    description =
        "How fast a small and a large backlog drain, and how much memory Redis needs for"
            + " that. Starts its own nodes.")
final class BacklogCommand extends ScenarioCommand {
  @Option(
      names = "--small",
      paramLabel = "JOBS",
      defaultValue = "10000",
      description = "The small backlog (default: ${DEFAULT-VALUE}).")
  private int small;

  @Option(
      names = "--large",
      paramLabel = "JOBS",
      defaultValue = "1000000",
      description = "The large backlog (default: ${DEFAULT-VALUE}).")
  private int large;

  @Option(
      names = "--small-rounds",
      defaultValue = "5",
      description = "How often the small one is drained (default: ${DEFAULT-VALUE}).")
  private int smallRounds;

  @Option(
      names = "--warm-up",
      paramLabel = "JOBS",
      defaultValue = "200000",
      description = "Jobs that wait in front of either, not measured (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--payload",
      paramLabel = "BYTES",
      defaultValue = "100",
      description = "Length of a job's payload (default: ${DEFAULT-VALUE}).")
  private int payload;

  @Option(
      names = "--batch",
      defaultValue = "1000",
      description = "Jobs in one request (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--connections",
      defaultValue = "4",
      description =
          "Requests at once, each on a connection of its own (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Override
  void check(OptionProblems problems) {
    target().checkNoneGiven(problems, "this scenario starts and stops nodes of its own");
    problems.range("--small", small, 1_000, 10_000_000);
    problems.range("--large", large, small, 20_000_000);
    problems.range("--small-rounds", smallRounds, 1, 20);
    problems.range("--warm-up", warmUp, 0, 1_000_000);
    problems.range("--payload", payload, JobBodies.SHORTEST, JobBodies.LONGEST);
    problems.range("--batch", batch, 1, 10_000);
    problems.range("--connections", connections, 1, 256);
  }

  @Override
  JsonObject parameters() {
    return new JsonObject()
        .put("small", small)
        .put("large", large)
        .put("small_rounds", smallRounds)
        .put("warm_up", warmUp)
        .put("payload", payload)
        .put("batch", batch)
        .put("connections", connections);
  }

  @Override
  void measure(Session session, Report report) {
    var run = new BacklogRun(session, report, batch, payload, connections);
    var smallRates = new ArrayList<Double>();
    for (int round = 0; round < smallRounds; round++) {
      smallRates.add(run.round(small, warmUp).getDouble("drain_per_second"));
    }
    var row = run.round(large, warmUp);
    double smallRate = Figures.median(smallRates);
    report.summary("small_per_second", smallRate);
    report.summary("large_per_second", row.getDouble("drain_per_second"));
    report.summary("large_to_small", Figures.ratio(row.getDouble("drain_per_second"), smallRate));
    report.summary("redis_max_mib", row.getDouble("redis_max_mib"));
  }
}
