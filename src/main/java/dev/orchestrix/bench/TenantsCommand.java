package dev.orchestrix.bench;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "tenants",
    description =
        "What a job costs when few and when many tenants are active at once. Starts a node of its"
            + " own.")
final class TenantsCommand extends ScenarioCommand {
  @Option(
      names = "--tenants",
      split = ",",
      paramLabel = "COUNT",
      defaultValue = "10,1000,10000",
      description = "Numbers of tenants that have jobs waiting (default: ${DEFAULT-VALUE}).")
  private List<Integer> counts = List.of();

  @Option(
      names = "--jobs",
      defaultValue = "300000",
      description = "Jobs of all tenants in each round (default: ${DEFAULT-VALUE}).")
  private int jobs;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Rounds of each number, in turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Override
  void check(OptionProblems problems) {
    target().checkNoneGiven(problems, "this scenario starts and stops a node of its own");
    for (int count : counts) {
      problems.range("--tenants", count, 1, 100_000);
    }
    problems.range("--jobs", jobs, 10_000, 10_000_000);
    problems.range("--rounds", rounds, 1, 100);
  }

  @Override
  JsonObject parameters() {
    return new JsonObject()
        .put("tenants", counts.toString())
        .put("jobs", jobs)
        .put("rounds", rounds);
  }

  @Override
  void measure(Session session, Report report) {
    try (var run = new TenantsRun(session, jobs)) {
      report.conditions(run.conditions());
      int most = counts.stream().mapToInt(it -> it).max().orElseThrow();
      run.make(most);
      run.warmUp(counts);
      Map<Integer, List<Double>> costs = new LinkedHashMap<>();
      for (int round = 1; round <= rounds; round++) {
        for (int count : counts) {
          var row = run.round(count);
          report.row(row.put("round", round));
          costs.computeIfAbsent(count, _ -> new ArrayList<>()).add(row.getDouble("us_per_job"));
        }
      }
      var medians = new ArrayList<Double>();
      costs.forEach((_, figures) -> medians.add(Figures.median(figures)));
      for (int i = 0; i < counts.size(); i++) {
        report.summary("us_per_job_" + counts.get(i), medians.get(i));
      }
      report.summary("last_to_first", Figures.ratio(medians.getLast(), medians.getFirst()));
    }
  }
}
