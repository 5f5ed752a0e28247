package dev.orchestrix.bench;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One scenario: its options, then a run, then a report. Exit code 1 says the run failed. */
@Command(mixinStandardHelpOptions = true)
abstract class ScenarioCommand implements Callable<Integer> {
  private static final Duration LONGEST = Duration.ofHours(6);

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls anything
  private CommandSpec spec;

  @Mixin private TargetOptions target = new TargetOptions();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "10m",
      converter = DurationConverter.class,
      description = "How long the whole run may take (default: ${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ofMinutes(10);

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @Override
  public final Integer call() {
    var problems = new OptionProblems();
    problems.range("--timeout (s)", timeout.toSeconds(), 1, LONGEST.toSeconds());
    target.check(problems);
    check(problems);
    problems.throwIfAny(spec.commandLine());

    var report = new Report(spec.name(), parameters());
    measureInto(report);
    print(report);
    return report.passed() ? 0 : 1;
  }

  /** Adds what is wrong with the options of this scenario. */
  abstract void check(OptionProblems problems);

  /** What the run was told, under the names of the options. */
  abstract JsonObject parameters();

  /**
   * Measures.
   *
   * @throws BenchException if it cannot; what was measured before is reported all the same
   */
  abstract void measure(Session session, Report report);

  final TargetOptions target() {
    return target;
  }

  private void measureInto(Report report) {
    try (var session = new Session(timeout, spec.commandLine().getErr())) {
      measure(session, report);
    } catch (BenchException e) {
      report.problem(String.valueOf(e.getMessage()));
    }
  }

  private void print(Report report) {
    var out = spec.commandLine().getOut();
    out.print(json ? report.toJson().encodePrettily() + "\n" : ReportText.of(report));
    out.flush();
  }
}
