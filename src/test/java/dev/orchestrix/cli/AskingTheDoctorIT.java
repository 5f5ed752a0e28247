package dev.orchestrix.cli;

import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Load;
import dev.orchestrix.testkit.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AskingTheDoctorIT {

  /** A job that runs, as it says, and that no lease knows. */
  private static final String BROKEN =
      """
      insert into jobs (id, tenant, type, state, priority, max_attempts, payload, created_at)
      select (lpad(to_hex((extract(epoch from now()) * 1000)::int8), 12, '0')
              || '70008000000000000001')::uuid,
             'default', 'noop', 'RUNNING', 1, 3, '{}', now() - interval '1 minute'
      """;

  @SuppressWarnings("NullAway.Init")
  private static Site site;

  @TempDir private Path data;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void open() {
    site = Site.open();
  }

  @AfterAll
  static void close() {
    site.close();
  }

  @Test
  void what_is_found_is_told_and_mended_and_the_exit_code_says_so() throws IOException {
    note();
    site.stop(site.node(Map.of()));
    assertThat(doctor()).isZero();
    assertThat(out.toString()).contains("Nothing is broken.");

    assertThat(site.sql(BROKEN)).isEqualTo(1);
    assertThat(doctor("--dry-run")).isEqualTo(1);
    assertThat(out.toString()).containsPattern("running_is_leased +1 +0 ");
    assertThat(site.jobs("state = 'RUNNING'")).isEqualTo(1);
    assertThat(doctor()).isEqualTo(1);
    assertThat(out.toString()).containsPattern("running_is_leased +1 +1 ");
    assertThat(site.jobs("state = 'PENDING'")).isEqualTo(1);

    assertThat(doctor()).isZero();
    var _ = site.sql("truncate jobs, backlog");
  }

  @Test
  void where_nothing_runs_it_cannot_look() {
    assertThat(doctor()).isEqualTo(2);
    assertThat(err.toString()).contains("No node runs on " + data);
  }

  @Test
  void a_busy_node_in_good_health_shows_nothing() throws IOException {
    note();
    var node = site.node(Map.of());
    var load = Load.on(site, () -> node);
    load.accept(500);

    assertThat(doctor()).isZero();

    load.accept(500);
    assertThat(load.stop()).hasSizeGreaterThan(1000);
    until("all ended", () -> site.jobs("state <> 'SUCCEEDED'") == 0);
    assertThat(site.get(node, "/metrics").body())
        .doesNotContain("orchestrix_invariant_violations_total{");
    site.stop(node);
  }

  private void note() throws IOException {
    var settings = site.settings(Map.of());
    Files.writeString(
        data.resolve("run.json"),
        "{\"postgres\":\"%s\",\"redis\":\"%s\"}"
            .formatted(settings.postgres().url(), settings.redis().url()));
  }

  private int doctor(String... more) {
    var arguments = new ArrayList<>(List.of("doctor", "--data", data.toString()));
    arguments.addAll(List.of(more));
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments.toArray(String[]::new));
  }
}
