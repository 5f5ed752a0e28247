package dev.orchestrix.bench;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "backlog",
    description =
        "How fast a small and a large backlog drain, and how much memory Redis needs for"
            + " that. Starts a node of its own.")
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
      defaultValue = "25",
      description = "How often the small one is drained (default: ${DEFAULT-VALUE}).")
  private int smallRounds;

  @Option(
      names = "--large-rounds",
      defaultValue = "3",
      description = "How often the large one is drained (default: ${DEFAULT-VALUE}).")
  private int largeRounds;

  @Option(
      names = "--warm-up",
      paramLabel = "JOBS",
      defaultValue = "1000000",
      description = "Jobs that are run before, not measured (default: ${DEFAULT-VALUE}).")
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
    problems.range("--small-rounds", smallRounds, 1, 1_000);
    problems.range("--large-rounds", largeRounds, 1, 20);
    problems.range("--warm-up", warmUp, 0, 20_000_000);
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
        .put("large_rounds", largeRounds)
        .put("warm_up", warmUp)
        .put("payload", payload)
        .put("batch", batch)
        .put("connections", connections);
  }

  @Override
  void measure(Session session, Report report) {
    try (var run = new BacklogRun(session, batch, payload, connections)) {
      report.conditions(run.conditions());
      if (warmUp > 0) {
        run.warmUp(warmUp);
      }
      var small = rows(run, report, this.small, smallRounds);
      var large = rows(run, report, this.large, largeRounds);
      summarize(report, small, large);
    }
  }

  private static List<JsonObject> rows(BacklogRun run, Report report, int jobs, int rounds) {
    var rows = new ArrayList<JsonObject>();
    for (int round = 0; round < rounds; round++) {
      var row = run.round(jobs);
      report.row(row);
      rows.add(row);
    }
    return rows;
  }

  private static void summarize(Report report, List<JsonObject> small, List<JsonObject> large) {
    double smallRate = median(small, "drain_per_second");
    double largeRate = median(large, "drain_per_second");
    report.summary("small_per_second", smallRate);
    report.summary("large_per_second", largeRate);
    report.summary("large_to_small", Figures.ratio(largeRate, smallRate));
    report.summary(
        "long_to_short", Figures.ratio(median(large, "while_long"), median(large, "while_short")));
    report.summary(
        "redis_max_mib",
        Stream.concat(small.stream(), large.stream())
            .mapToDouble(row -> row.getDouble("redis_max_mib"))
            .max()
            .orElseThrow());
  }

  private static double median(List<JsonObject> rows, String figure) {
    return Figures.median(rows.stream().map(row -> row.getDouble(figure)).toList());
  }
}
