package dev.orchestrix.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.embedded.EmbeddedServers;
import dev.orchestrix.store.Migrations;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TheBareLoopIT {
  private static EmbeddedServers servers;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() {
    servers = EmbeddedServers.ephemeral();
    new Migrations(servers.postgresUrl()).up();
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void it_ends_all_its_jobs_and_tells_the_rate_and_the_conditions() {
    int status = bench("limit", "--jobs", "2100", "--batch", "100", "--rounds", "2", "--json");

    assertThat(err.toString()).contains("round 2 of 2");
    var report = new JsonObject(out.toString());
    assertThat(report.getJsonArray("problems")).isEmpty();
    assertThat(status).isZero();
    assertThat(report.getJsonArray("rows")).hasSize(2);
    assertThat(report.getJsonObject("summary").getDouble("median_jobs_per_second")).isPositive();
    assertThat(report.getJsonObject("conditions").getString("postgres_fsync")).isEqualTo("on");
    assertThat(report.getJsonObject("conditions").getString("redis_version")).startsWith("6.");
  }

  @Test
  void it_leaves_nothing_behind() {
    var _ = bench("limit", "--jobs", "200", "--batch", "100", "--rounds", "1");

    assertThat(bareLoopTables()).isZero();
  }

  @Test
  void servers_that_do_not_answer_are_a_failed_run() {
    int status =
        run(
            Map.of("--postgres-url", "postgresql://nobody@127.0.0.1:1/none"),
            "limit",
            "--json",
            "--rounds",
            "1",
            "--redis-url",
            servers.redisUrl().toString());

    assertThat(status).isEqualTo(1);
    var report = new JsonObject(out.toString());
    assertThat(report.getBoolean("passed")).isFalse();
    assertThat(report.getJsonArray("problems").getString(0)).startsWith("Connecting to Postgres");
  }

  private int bench(String... arguments) {
    return run(
        Map.of(
            "--postgres-url", servers.postgresUrl().toString(),
            "--redis-url", servers.redisUrl().toString()),
        arguments);
  }

  private int run(Map<String, String> addresses, String... arguments) {
    var command =
        new CommandLine(new BenchCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    var all = new ArrayList<>(List.of(arguments));
    addresses.forEach((option, url) -> all.addAll(List.of(option, url)));
    return command.execute(all.toArray(String[]::new));
  }

  private static long bareLoopTables() {
    URI url = servers.postgresUrl();
    try (var session = new Session(Duration.ofMinutes(1), new PrintWriter(new StringWriter()))) {
      var connection =
          session.await(
              "Connecting",
              PgConnection.connect(session.vertx(), PgConnectOptions.fromUri(url.toString())));
      return session
          .await(
              "Counting",
              connection
                  .query("select count(*) from pg_namespace where nspname = 'bench_limit'")
                  .execute())
          .iterator()
          .next()
          .getLong(0);
    }
  }
}
