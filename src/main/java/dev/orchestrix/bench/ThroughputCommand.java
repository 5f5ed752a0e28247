package dev.orchestrix.bench;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "throughput",
    description =
        "How many jobs that do nothing a node takes in over HTTP, runs and ends a second.")
final class ThroughputCommand extends ScenarioCommand {
  /** What the bare loop writes at once, as the engine does. */
  private static final int LIMIT_BATCH = 500;

  private static final int LIMIT_CONNECTIONS = 4;

  @Option(
      names = "--jobs",
      defaultValue = "200000",
      description = "Jobs a round (default: ${DEFAULT-VALUE}).")
  private int jobs;

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

  @Option(
      names = "--rounds",
      defaultValue = "1",
      description = "Rounds (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "JOBS",
      defaultValue = "200000",
      description = "Jobs before the first round, not measured (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--with-limit",
      description = "After each round, time the bare loop on the same servers; see `bench limit`.")
  private boolean withLimit;

  @Override
  void check(OptionProblems problems) {
    target().checkHttpKnown(problems);
    if (withLimit) {
      target().checkServersKnown(problems);
    }
    problems.range("--jobs", jobs, 1, 10_000_000);
    problems.range("--payload", payload, JobBodies.SHORTEST, JobBodies.LONGEST);
    problems.range("--batch", batch, 1, 10_000);
    problems.range("--connections", connections, 1, 256);
    problems.range("--rounds", rounds, 1, 100);
    problems.range("--warm-up", warmUp, 0, 10_000_000);
  }

  @Override
  JsonObject parameters() {
    return new JsonObject()
        .put("jobs", jobs)
        .put("payload", payload)
        .put("batch", batch)
        .put("connections", connections)
        .put("rounds", rounds)
        .put("warm_up", warmUp);
  }

  @Override
  void measure(Session session, Report report) {
    var node = session.targetOr(target().target());
    report.conditions(session.await("Asking the servers", Conditions.of(session.vertx(), node)));
    var limit = new LimitRun(session, node, LIMIT_BATCH, payload, LIMIT_CONNECTIONS);
    try (var engine = new ThroughputRun(session, node, batch, payload, connections)) {
      if (warmUp > 0) {
        session.say("warming up");
        var _ = engine.round(warmUp);
      }
      if (warmUp > 0 && withLimit) {
        var _ = limit.jobsPerSecond(warmUp);
      }
      rounds(session, report, engine, limit);
    }
  }

  private void rounds(Session session, Report report, ThroughputRun engine, LimitRun limit) {
    var rates = new ArrayList<Double>();
    var ratios = new ArrayList<Double>();
    for (int round = 1; round <= rounds; round++) {
      session.say("round " + round + " of " + rounds);
      var row = engine.round(jobs);
      rates.add(row.getDouble("jobs_per_second"));
      if (withLimit) {
        double bare = limit.jobsPerSecond(jobs);
        ratios.add(Figures.ratio(rates.getLast(), bare));
        row.put("limit_jobs_per_second", bare).put("ratio", ratios.getLast());
      }
      report.row(new JsonObject().put("round", round).mergeIn(row));
    }
    report.summary("median_jobs_per_second", Figures.median(rates));
    if (withLimit) {
      report.summary("median_ratio", Figures.median(ratios));
    }
  }
}
