package dev.orchestrix.bench;

import dev.orchestrix.bench.chaos.ChaosException;
import dev.orchestrix.bench.chaos.ChaosOptions;
import dev.orchestrix.bench.chaos.ChaosResult;
import dev.orchestrix.bench.chaos.ChaosRun;
import dev.orchestrix.bench.chaos.CrashTour;
import dev.orchestrix.bench.chaos.FaultKind;
import dev.orchestrix.bench.chaos.Violation;
import dev.orchestrix.core.fault.CrashPoint;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code bench chaos}: always on a cluster of its own. Exit code 1 says that something was not as
 * promised, or that the run could not be made.
 */
@Command(
    name = "chaos",
    mixinStandardHelpOptions = true,
    description =
        "Whether a cluster keeps its promises while its nodes, servers and connections fail.")
final class ChaosCommand implements Callable<Integer> {
  /** So many violations are shown; all are counted. */
  private static final int SHOWN = 20;

  private static final double MILLIS = 1000;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
  private CommandSpec spec;

  @Option(
      names = "--jobs",
      defaultValue = "20000",
      description = "Jobs that are submitted, at an even pace (default: ${DEFAULT-VALUE}).")
  private int jobs;

  @Option(
      names = "--minutes",
      defaultValue = "5",
      description = "How long faults come (default: ${DEFAULT-VALUE}).")
  private int minutes;

  @Option(
      names = "--nodes",
      defaultValue = "3",
      description = "Nodes of the cluster (default: ${DEFAULT-VALUE}).")
  private int nodes;

  @Option(
      names = "--seed",
      description = "The same seed is the same plan and the same jobs; printed by every run.")
  private @Nullable Long seed;

  @Option(
      names = "--faults",
      split = ",",
      paramLabel = "FAULT",
      description = "Only these, of ${COMPLETION-CANDIDATES}; all of them if not given.")
  private List<FaultKind> faults = List.of();

  @Option(
      names = "--crash-points",
      description = "Instead: let a node die once between any two effects of the engine.")
  private boolean crashPoints;

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    var problems = new OptionProblems();
    problems.range("--jobs", jobs, 1, 10_000_000);
    problems.range("--minutes", minutes, 1, 600);
    problems.range("--nodes", nodes, 1, 16);
    problems.throwIfAny(spec.commandLine());

    long chosen = seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed;
    var report = new Report(spec.name(), parameters(chosen));
    report.conditions(Conditions.machine());
    try {
      if (crashPoints) {
        tour(report);
      } else {
        run(report, chosen);
      }
    } catch (ChaosException e) {
      report.problem(String.valueOf(e.getMessage()));
    }
    print(report);
    return report.passed() ? 0 : 1;
  }

  private List<FaultKind> kinds() {
    return faults.isEmpty() ? List.of(FaultKind.values()) : faults;
  }

  private JsonObject parameters(long chosen) {
    if (crashPoints) {
      return new JsonObject().put("crash_points", true);
    }
    return new JsonObject()
        .put("jobs", jobs)
        .put("minutes", minutes)
        .put("nodes", nodes)
        .put("seed", chosen)
        .put("faults", kinds().stream().map(ChaosCommand::word).collect(Collectors.joining(",")));
  }

  private void run(Report report, long chosen) {
    say("seed " + chosen);
    var options = ChaosOptions.of(jobs, nodes, chosen, kinds(), Duration.ofMinutes(minutes));
    var result = ChaosRun.run(options, this::say);
    result.faults().forEach(fault -> report.row(row(fault)));
    report.summary("accepted", result.accepted());
    report.summary("unknown", result.unknown());
    report.summary("refused", result.refused());
    report.summary("handler_starts", result.starts());
    report.summary("answers_lost_on_purpose", result.lostAnswers());
    report.summary("of_them_to_writes", result.lostWrites().encode());
    report.summary("nodes_ended_by_themselves", result.restarts());
    report.summary("counted_by_the_nodes", result.violations().encode());
    judge(report, result.verdicts(), result.left());
  }

  private void tour(Report report) {
    var result = CrashTour.run(List.of("-Xmx512m"), this::say);
    result
        .exits()
        .forEach(
            (point, exit) -> {
              boolean died = exit == CrashPoint.EXIT_CODE;
              report.row(new JsonObject().put("crash_point", word(point)).put("died", died));
              if (!died) {
                report.problem("no node died at " + word(point) + "; it ended with " + exit);
              }
            });
    report.summary("accepted", result.accepted());
    judge(report, result.verdicts(), result.left());
  }

  private static JsonObject row(ChaosResult.FaultRow fault) {
    return new JsonObject()
        .put("at_s", seconds(fault.at()))
        .put("fault", word(fault.kind()))
        .put("node", fault.node().map(String::valueOf).orElse("all"))
        .put("held_s", seconds(fault.held()))
        .put("ended_per_s_before", fault.rateBefore())
        .put(
            "full_rate_after_s",
            fault.fullRateAfter().<Object>map(ChaosCommand::seconds).orElse("not before the next"))
        .put("slowest_job_s", seconds(fault.slowest()));
  }

  private static void judge(Report report, List<Violation> verdicts, JsonObject left) {
    for (var kind : Violation.Kind.values()) {
      report.summary(word(kind), verdicts.stream().filter(one -> one.kind() == kind).count());
    }
    left.forEach(one -> report.summary("left_" + one.getKey(), one.getValue()));
    left.stream()
        .filter(one -> ((Number) one.getValue()).longValue() != 0)
        .forEach(one -> report.problem(one.getKey() + " at the end: " + one.getValue()));
    verdicts.stream()
        .limit(SHOWN)
        .map(one -> word(one.kind()) + ": job " + one.job() + ": " + one.detail())
        .forEach(report::problem);
    if (verdicts.size() > SHOWN) {
      report.problem("and " + (verdicts.size() - SHOWN) + " more");
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / MILLIS;
  }

  private static String word(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }

  private void say(String line) {
    var err = spec.commandLine().getErr();
    err.println("bench: " + line);
    err.flush();
  }

  private void print(Report report) {
    var out = spec.commandLine().getOut();
    out.print(json ? report.toJson().encodePrettily() + "\n" : ReportText.of(report));
    out.flush();
  }
}
