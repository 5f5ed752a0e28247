package dev.orchestrix.bench;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "latency",
    description =
        "How long a job waits from the intended start of its submission to the start of its"
            + " handler, at a fixed rate.")
final class LatencyCommand extends ScenarioCommand {
  private static final Duration LAST_EVENTS_WITHIN = Duration.ofSeconds(5);

  @Option(
      names = "--rate",
      defaultValue = "200",
      description = "Jobs a second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "How long (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "As long before, not measured, at ten times the rate (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--connections",
      defaultValue = "32",
      description = "Most requests at once (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--payload",
      paramLabel = "BYTES",
      defaultValue = "100",
      description = "Length of a job's payload (default: ${DEFAULT-VALUE}).")
  private int payload;

  @Override
  void check(OptionProblems problems) {
    target().checkHttpKnown(problems);
    problems.range("--rate", rate, 1, 20_000);
    problems.range("--seconds", seconds, 1, 3_600);
    problems.range("--warm-up", warmUp, 0, 600);
    problems.range("--connections", connections, 1, 1_024);
    problems.range("--payload", payload, JobBodies.SHORTEST, JobBodies.LONGEST);
  }

  @Override
  JsonObject parameters() {
    return new JsonObject()
        .put("rate", rate)
        .put("seconds", seconds)
        .put("warm_up_seconds", warmUp)
        .put("connections", connections)
        .put("payload", payload);
  }

  @Override
  void measure(Session session, Report report) {
    var node = session.targetOr(target().target());
    var vertx = session.vertx();
    report.conditions(session.await("Asking the servers", Conditions.of(vertx, node)));
    var load = session.await("Connecting", ApiConnection.open(vertx, node, connections));
    var watch = session.await("Connecting", ApiConnection.open(vertx, node));
    var events = session.await("Subscribing to events", StartEvents.subscribe(watch));
    var bodies = List.of(JobBodies.one(payload));
    if (warmUp > 0) {
      session.say("warming up");
      session.await("Submitting", new PacedLoad(vertx, load, 10 * rate, warmUp, bodies).run());
    }
    session.say("measuring");
    var paced = new PacedLoad(vertx, load, rate, seconds, bodies);
    var submitted = session.await("Submitting", paced.run());
    long lost = awaitStarts(session, events, submitted);
    if (lost > 0) {
      report.problem(lost + " of " + submitted.size() + " jobs have no event of their start");
    }
    addRows(report, paced, pickups(events, submitted));
    session.await("Closing connections", ApiConnection.close(load));
    session.await("Closing connections", watch.close());
  }

  private static long awaitStarts(Session session, StartEvents events, Map<String, Long> jobs) {
    long patience = System.nanoTime() + LAST_EVENTS_WITHIN.toNanos();
    while (events.missing(jobs) > 0 && System.nanoTime() < patience) {
      session.pause(Duration.ofMillis(50));
    }
    return events.missing(jobs);
  }

  private static Latencies pickups(StartEvents events, Map<String, Long> submitted) {
    var pickups = new Latencies();
    submitted.forEach(
        (job, intended) -> {
          var started = events.startedAt(job);
          if (started != null) {
            pickups.add(started - intended);
          }
        });
    return pickups;
  }

  private static void addRows(Report report, PacedLoad load, Latencies pickups) {
    for (var measured :
        List.of(Map.entry("handler start", pickups), Map.entry("submit", load.latencies()))) {
      var row =
          new JsonObject().put("until", measured.getKey()).put("jobs", measured.getValue().count());
      measured.getValue().into(row, "");
      report.row(row);
    }
  }
}
