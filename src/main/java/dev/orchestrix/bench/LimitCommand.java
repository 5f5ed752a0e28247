package dev.orchestrix.bench;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "limit",
    description =
        "What the servers allow: the bare loop of inserts, stream entries, claims and ends, without"
            + " an engine. It writes in a schema bench_limit and a key bench_limit:jobs of its own,"
            + " and deletes both.")
final class LimitCommand extends ScenarioCommand {
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
      defaultValue = "500",
      description = "Jobs in one statement (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--connections",
      defaultValue = "4",
      description = "Connections to Postgres (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description =
          "Rounds; the first is made by a JVM that has just started (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Override
  void check(OptionProblems problems) {
    target().checkServersKnown(problems);
    problems.range("--jobs", jobs, 1, 10_000_000);
    problems.range("--payload", payload, JobBodies.SHORTEST, JobBodies.LONGEST);
    problems.range("--batch", batch, 1, 10_000);
    problems.range("--connections", connections, 2, 64);
    problems.range("--rounds", rounds, 1, 100);
  }

  @Override
  JsonObject parameters() {
    return new JsonObject()
        .put("jobs", jobs)
        .put("payload", payload)
        .put("batch", batch)
        .put("connections", connections)
        .put("rounds", rounds);
  }

  @Override
  void measure(Session session, Report report) {
    var servers = session.targetOr(target().target());
    report.conditions(session.await("Asking the servers", Conditions.of(session.vertx(), servers)));
    var limit = new LimitRun(session, servers, batch, payload, connections);
    var rates = new ArrayList<Double>();
    for (int round = 1; round <= rounds; round++) {
      session.say("round " + round + " of " + rounds);
      rates.add(limit.jobsPerSecond(jobs));
      report.row(new JsonObject().put("round", round).put("jobs_per_second", rates.getLast()));
    }
    report.summary("median_jobs_per_second", Figures.median(rates));
  }
}
