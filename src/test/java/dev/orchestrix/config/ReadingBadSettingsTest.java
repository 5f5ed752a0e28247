package dev.orchestrix.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingBadSettingsTest {
  private static final Map<String, String> ENOUGH =
      Map.of(
          "ORCHESTRIX_POSTGRES_URL", "postgresql://app:secret@db:5432/app",
          "ORCHESTRIX_REDIS_URL", "redis://cache:6379",
          "ORCHESTRIX_AUTH_MODE", "none");

  @TempDir private Path home;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          http.port              | eighty      | a whole number from 0 to 65535
          http.port              | 65536       | a whole number from 0 to 65535
          http.port              | -1          | a whole number from 0 to 65535
          http.port              | 99999999999 | a whole number from 0 to 65535
          http.host              | a b         | a host name or address
          http.max_body          | 1MB         | a size such as 512KiB, 1MiB or 1048576
          http.max_body          | 2000MiB     | from 1024 to 268435456 bytes
          redis.timeout          | 2           | a duration such as 200ms
          redis.timeout          | 1ms         | from 50ms to 1m
          postgres.connections   | 1           | a whole number from 2 to 64
          auth.mode              | open        | expected keys, jwt or none
          roles                  | http,worker | one or more of http, dispatcher
          roles                  | `,`         | one or more of http, dispatcher
          cluster.members        | node-1      | host:port, separated by commas
          dispatch.weights       | 8,3         | three whole numbers from 1 to 100
          dispatch.weights       | 8,3,0       | three whole numbers from 1 to 100
          submit.group_commit    | yes         | true or false
          retention.jobs         | 1h          | from 1d to 3650d
          """)
  void a_value_that_does_not_fit_is_told_with_its_expectation(
      String path, String value, String expectation) {
    var problems = node(ENOUGH, Map.of(path, value)).problems();

    assertThat(problems)
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.key()).isEqualTo(path);
              assertThat(problem.value()).isEqualTo(value);
              assertThat(problem.origin()).isEqualTo("flag");
              assertThat(problem.expectation()).contains(expectation);
            });
  }

  @Test
  void every_problem_of_every_source_is_told_at_once() throws IOException {
    var file = write("http:\n  port: eighty\n  hots: localhost\n");
    var loaded =
        node(
            with(ENOUGH, Map.of("ORCHESTRIX_EXECUTE_SLOTS", "0", "ORCHESTRIX_REDIS_URI", "x")),
            Map.of("submit.batches", "5"));

    assertThatThrownBy(loaded::settings)
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("5 problems in the settings:")
        .hasMessageContaining(
            "http.port = \"eighty\" (%s:2): expected a whole number from 0 to 65535", file)
        .hasMessageContaining("http.hots (%s:3): unknown setting; did you mean http.host?", file)
        .hasMessageContaining(
            "execute.slots = \"0\" (ORCHESTRIX_EXECUTE_SLOTS): expected a whole number from 1")
        .hasMessageContaining(
            "ORCHESTRIX_REDIS_URI: unknown setting; did you mean ORCHESTRIX_REDIS_URL?")
        .hasMessageContaining("submit.batches (flag): unknown setting; did you mean submit.batch?");
  }

  @Test
  void a_node_needs_its_servers_and_a_decision_about_who_may_call_it() {
    assertThat(node(Map.of(), Map.of()).problems())
        .extracting(Problem::key)
        .containsExactly("postgres.url", "redis.url", "auth.mode");
  }

  @Test
  void a_password_is_never_in_a_message() {
    var secrets =
        Map.of(
            "ORCHESTRIX_POSTGRES_URL", "postgresql://app:hunter2@/app",
            "ORCHESTRIX_REDIS_URL", "hunter2");

    var flags = Map.of("auth.mode", "none", "admin_key", "hunter2");
    var problems = node(secrets, flags).problems();

    assertThat(problems).hasSize(3).allSatisfy(it -> assertThat(it + "").doesNotContain("hunter2"));
    assertThat(problems)
        .extracting(Problem::value)
        .containsExactlyInAnyOrder("***", "postgresql://***", "***");
  }

  @Test
  void a_lease_shorter_than_three_heartbeats_is_refused() {
    var flags = Map.of("execute.heartbeat", "2s", "execute.lease", "5s");

    assertThat(node(ENOUGH, flags).problems())
        .containsExactly(
            new Problem(
                "execute.lease", "", "5s", "expected at least three times execute.heartbeat, 6s"));
  }

  @Test
  void a_node_that_others_cannot_reach_is_refused() {
    assertThat(node(ENOUGH, Map.of("cluster.members", "127.0.0.1:5701,node-2:5701")).problems())
        .containsExactly(
            new Problem(
                "cluster.host", "", "127.0.0.1", "expected an address that node-2:5701 can reach"));
  }

  @Test
  void a_shell_that_may_start_nothing_is_refused() {
    assertThat(node(ENOUGH, Map.of("shell.enabled", "true")).problems())
        .extracting(Problem::key)
        .containsExactly("shell.allow");
  }

  @Test
  void a_file_that_is_not_yaml_is_told_with_its_line() throws IOException {
    var file = write("http:\n  port: [1\nroles: a\n");

    assertThat(node(ENOUGH, Map.of()).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.key()).startsWith(file + ":"))
        .satisfies(problem -> assertThat(problem.expectation()).startsWith("expected YAML: "));
  }

  @Test
  void a_file_with_a_setting_in_a_wrong_shape_is_refused() throws IOException {
    write(
        """
        http: 8080
        submit:
          batch:
            size: 5
        cluster:
          members: [[a, b]]
        roles: http
        roles: executor
        """);

    assertThat(node(ENOUGH, Map.of()).problems())
        .extracting(problem -> problem.key() + " " + problem.expectation())
        .satisfiesExactly(
            it -> assertThat(it).startsWith("http expected a group"),
            it -> assertThat(it).startsWith("submit.batch expected a value, not a group"),
            it -> assertThat(it).startsWith("cluster.members expected a list of plain items"),
            it -> assertThat(it).startsWith("roles expected once; also in "));
  }

  @Test
  void a_file_that_was_named_has_to_be_there() {
    var named = new SettingsLoader(ENOUGH, home, Optional.of(home.resolve("other.yaml")));
    var variable = with(ENOUGH, Map.of("ORCHESTRIX_CONFIG", "/no/such.yaml"));

    assertThat(named.node(Map.of()).problems())
        .extracting(Problem::key)
        .containsExactly(home.resolve("other.yaml").toString());
    assertThat(node(variable, Map.of()).problems())
        .extracting(Problem::key)
        .containsExactly("/no/such.yaml");
  }

  @Test
  void a_value_and_a_file_for_the_same_setting_are_refused() throws IOException {
    var file = Files.writeString(home.resolve("url"), "postgresql://app:other@db/app");
    var environment = with(ENOUGH, Map.of("ORCHESTRIX_POSTGRES_URL_FILE", file.toString()));

    assertThat(node(environment, Map.of()).problems())
        .containsExactly(
            new Problem(
                "ORCHESTRIX_POSTGRES_URL_FILE",
                "",
                "",
                "expected either this or ORCHESTRIX_POSTGRES_URL"));
  }

  @Test
  void a_file_of_a_secret_that_cannot_be_read_is_refused() {
    var environment = Map.of("ORCHESTRIX_REDIS_URL_FILE", "/no/such/file");

    assertThat(node(environment, Map.of()).problems())
        .extracting(Problem::toString)
        .contains(
            "ORCHESTRIX_REDIS_URL_FILE = \"/no/such/file\": expected the name of a readable file");
  }

  @Test
  void what_the_launcher_and_kubernetes_put_in_the_environment_is_not_a_mistake() {
    var environment =
        with(
            ENOUGH,
            Map.of(
                "ORCHESTRIX_JAVA_OPTS", "-Xmx1g",
                "ORCHESTRIX_LOG_LEVEL", "DEBUG",
                "ORCHESTRIX_SERVICE_HOST", "10.0.0.7",
                "ORCHESTRIX_PORT", "tcp://10.0.0.7:80",
                "ORCHESTRIX_PORT_80_TCP_ADDR", "10.0.0.7",
                "ORCHESTRIX_HTTP_SERVICE_PORT_HTTP", "80",
                "ORCHESTRIX_HTTP_PORT", "tcp://10.0.0.7:80"));

    assertThat(node(environment, Map.of()).settings().http().port()).isEqualTo(8080);
    assertThat(node(with(ENOUGH, Map.of("ORCHESTRIX_PORT", "80")), Map.of()).problems())
        .extracting(Problem::expectation)
        .isEqualTo(List.of("unknown setting; did you mean ORCHESTRIX_HTTP_PORT?"));
  }

  @Test
  void migrating_needs_nothing_but_postgres() {
    var environment =
        Map.of(
            "ORCHESTRIX_POSTGRES_URL", "postgresql://app:secret@db/app",
            "ORCHESTRIX_HTTP_PORT", "eighty");

    assertThat(node(environment, Map.of()).postgres().url()).hasHost("db");
    assertThatThrownBy(() -> node(Map.of(), Map.of()).postgres())
        .hasMessageContaining("postgres.url: not set");
  }

  private LoadedSettings node(Map<String, String> environment, Map<String, String> flags) {
    return new SettingsLoader(environment, home, Optional.empty()).node(flags);
  }

  @CanIgnoreReturnValue
  private Path write(String yaml) throws IOException {
    Files.createDirectories(home.resolve("conf"));
    return Files.writeString(home.resolve("conf/orchestrix.yaml"), yaml);
  }

  private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
    var all = new LinkedHashMap<>(some);
    all.putAll(more);
    return all;
  }
}
