package dev.orchestrix.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@DisplayNameGeneration(ReplaceUnderscores.class)
class OptionsThatMakeNoSenseTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"throughput", "limit", "submit", "latency", "backlog", "fairness"})
  void every_scenario_explains_itself(String scenario) {
    assertThat(run(scenario, "--help")).isZero();
    assertThat(out.toString()).contains("--timeout", "--json", "--postgres-url");
  }

  @Test
  void chaos_explains_itself_and_names_its_faults() {
    assertThat(run("chaos", "--help")).isZero();
    assertThat(out.toString()).contains("--seed", "--crash-points", "POSTGRES_LOST_ANSWERS");
  }

  @Test
  void chaos_says_at_once_what_is_out_of_range() {
    assertThat(run("chaos", "--jobs", "0", "--minutes", "0", "--nodes", "17")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--jobs: 0 is outside 1..10000000")
        .contains("--minutes: 0 is outside 1..600")
        .contains("--nodes: 17 is outside 1..16");
  }

  @Test
  void a_fault_that_does_not_exist_is_refused() {
    assertThat(run("chaos", "--faults", "REDIS_FLUSH,EARTHQUAKE")).isEqualTo(2);
    assertThat(err.toString()).contains("EARTHQUAKE", "NODE_KILL");
  }

  @Test
  void without_a_scenario_the_answer_names_them() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("Which scenario?", "throughput", "backlog");
  }

  @Test
  void an_unknown_option_is_named() {
    assertThat(run("throughput", "--job", "10")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown options: '--job', '10'");
  }

  @Test
  void all_that_is_out_of_range_is_said_at_once() {
    assertThat(run("throughput", "--jobs", "0", "--payload", "1", "--rounds", "101")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--jobs: 0 is outside 1..10000000")
        .contains("--payload: 1 is outside 2..100000")
        .contains("--rounds: 101 is outside 1..100");
  }

  @Test
  void a_duration_that_is_none_is_refused() {
    assertThat(run("limit", "--timeout", "soon")).isEqualTo(2);
    assertThat(err.toString()).contains("'soon' is not a duration such as 1500ms");
  }

  @Test
  void load_goes_to_this_machine_only() {
    assertThat(run("throughput", "--url", "http://192.0.2.1:8080")).isEqualTo(2);
    assertThat(err.toString()).contains("--url: 192.0.2.1 is not this machine", "--allow-remote");
  }

  @Test
  void a_url_of_another_kind_is_refused() {
    assertThat(run("limit", "--postgres-url", "mysql://127.0.0.1/x", "--redis-url", "127.0.0.1"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--postgres-url: expected", "--redis-url: expected redis");
  }

  @Test
  void the_bare_loop_needs_both_servers() {
    assertThat(run("limit", "--url", "http://127.0.0.1:8080")).isEqualTo(2);
    assertThat(err.toString()).contains("--postgres-url and --redis-url, or --data");
  }

  @Test
  void a_backlog_is_measured_on_nodes_of_its_own() {
    assertThat(run("backlog", "--url", "http://127.0.0.1:8080")).isEqualTo(2);
    assertThat(err.toString()).contains("starts and stops nodes of its own");
  }

  @Test
  void a_folder_on_which_no_node_runs_is_a_failed_run() {
    assertThat(run("throughput", "--data", "/no/such/folder", "--json")).isEqualTo(1);
    assertThat(out.toString())
        .contains("\"passed\" : false")
        .contains("No node runs on /no/such/folder");
  }

  private int run(String... arguments) {
    return new CommandLine(new BenchCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
