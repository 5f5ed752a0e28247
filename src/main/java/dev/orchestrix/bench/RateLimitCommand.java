package dev.orchestrix.bench;

import dev.orchestrix.bench.chaos.ChaosException;
import dev.orchestrix.bench.chaos.RateLimitRun;
import dev.orchestrix.core.time.Durations;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code bench ratelimit}: always on a cluster of its own. Exit code 1 says that the run could not
 * be made, or that a window was above its bound.
 */
@Command(
    name = "ratelimit",
    mixinStandardHelpOptions = true,
    description =
        "How exactly rates of tenants are kept over two nodes, also while one is killed and Redis"
            + " comes back empty.")
final class RateLimitCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
  private CommandSpec spec;

  @Option(
      names = "--tenants",
      defaultValue = "50",
      description = "Tenants, each with a rate of its own (default: ${DEFAULT-VALUE}).")
  private int tenants;

  @Option(
      names = "--most-rate",
      defaultValue = "500",
      description = "The highest rate; the lowest is 1 (default: ${DEFAULT-VALUE}).")
  private int mostRate;

  @Option(
      names = "--burst",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "What comes in so long is the burst of a tenant, 10ms to 60s (default: that of a tenant"
              + " that says nothing of it).")
  private @Nullable Duration burst;

  @Option(
      names = "--seconds",
      defaultValue = "40",
      description = "How long each of the three parts is (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    var problems = new OptionProblems();
    problems.range("--tenants", tenants, 1, 500);
    problems.range("--most-rate", mostRate, 1, 10_000);
    problems.range("--seconds", seconds, 15, 600);
    if (burst != null) {
      problems.range("--burst in milliseconds", burst.toMillis(), 10, 60_000);
    }
    problems.throwIfAny(spec.commandLine());
    var report = new Report(spec.name(), parameters());
    report.conditions(Conditions.machine());
    try {
      RateLimitRun.run(tenants, mostRate, burst, Duration.ofSeconds(seconds), this::say)
          .forEach(row -> add(report, row));
    } catch (ChaosException e) {
      report.problem(String.valueOf(e.getMessage()));
    }
    var out = spec.commandLine().getOut();
    out.print(json ? report.toJson().encodePrettily() + "\n" : ReportText.of(report));
    out.flush();
    return report.passed() ? 0 : 1;
  }

  private JsonObject parameters() {
    return new JsonObject()
        .put("tenants", tenants)
        .put("most_rate", mostRate)
        .put("burst", burst == null ? "of a second" : Durations.format(burst))
        .put("seconds", seconds);
  }

  private static void add(Report report, RateLimitRun.Row row) {
    report.row(
        new JsonObject()
            .put("fault", row.fault())
            .put("starts", row.starts())
            .put("over_1s_jobs", Figures.tenths(row.over1()))
            .put("at_s", Figures.tenths(row.over1At().toMillis() / 1000.0))
            .put("of_rate", row.over1Rate())
            .put("over_10s_jobs", Figures.tenths(row.over10()))
            .put("least_1s", Figures.ratio(row.least1(), 1))
            .put("least_10s", Figures.ratio(row.least10(), 1))
            .put("rate_of_least", row.rateOfLeast()));
    if (row.over1() > 0 || row.over10() > 0) {
      report.problem("a window was above burst + rate x t, with the fault: " + row.fault());
    }
  }

  private void say(String line) {
    var err = spec.commandLine().getErr();
    err.println("bench: " + line);
    err.flush();
  }
}
