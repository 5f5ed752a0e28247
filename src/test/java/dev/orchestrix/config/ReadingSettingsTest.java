package dev.orchestrix.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.orchestrix.config.LoadedSettings.Effective;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingSettingsTest {
  private static final Map<String, String> ENOUGH =
      Map.of(
          "ORCHESTRIX_POSTGRES_URL", "postgresql://app:secret@db:5432/app?sslmode=require",
          "ORCHESTRIX_REDIS_URL", "rediss://:secret@cache:6379/1",
          "ORCHESTRIX_AUTH_MODE", "none");

  @TempDir private Path home;

  @Test
  void nobody_has_to_say_more_than_the_servers_and_who_may_call() {
    assertThat(node(ENOUGH, Map.of()))
        .isEqualTo(
            new Settings(
                Set.of(Role.values()),
                new Settings.Auth(
                    Settings.AuthMode.NONE, Optional.empty(), Optional.empty(), Optional.empty()),
                new Settings.Postgres(
                    URI.create("postgresql://app:secret@db:5432/app?sslmode=require"),
                    6,
                    Duration.ofSeconds(10)),
                new Settings.Redis(
                    URI.create("rediss://:secret@cache:6379/1"),
                    Optional.empty(),
                    Duration.ofSeconds(2)),
                new Settings.Http("127.0.0.1", 8080, 1_048_576, Optional.empty()),
                new Settings.Cluster("127.0.0.1", 5701, 0, 0, 0, List.of(), Optional.empty()),
                new Settings.Submit(true, 500, 2),
                new Settings.Idempotency(Duration.ofHours(24)),
                new Settings.Dispatch(500, List.of(8, 3, 1), Duration.ofMillis(150)),
                new Settings.Execute(1_000, 2, Duration.ofSeconds(3), Duration.ofSeconds(15)),
                new Settings.Circuit(
                    true,
                    List.of(),
                    100,
                    20,
                    50,
                    0,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(10),
                    1,
                    Duration.ofMinutes(1)),
                new Settings.Retention(Duration.ofDays(7), Duration.ofDays(90)),
                new Settings.Shutdown(Duration.ofSeconds(30)),
                new Settings.Handlers(
                    new Settings.HttpClient(false), new Settings.Shell(false, List.of()))));
  }

  @Test
  void the_file_is_behind_the_environment_and_that_behind_the_flags() throws IOException {
    write(
        """
        http:
          host: file
          port: 1
          max_body: 2KiB
        """);
    var environment =
        with(ENOUGH, Map.of("ORCHESTRIX_HTTP_HOST", "variable", "ORCHESTRIX_HTTP_PORT", "2"));

    var http = node(environment, Map.of("http.host", "flag")).http();

    assertThat(http).isEqualTo(new Settings.Http("flag", 2, 2_048, Optional.empty()));
  }

  @Test
  void a_list_is_a_sequence_or_separated_by_commas() throws IOException {
    write(
        """
        roles: [http, executor]
        dispatch.weights: [5, 2, 1]
        shell:
          enabled: true
          allow:
            - /usr/bin/env
            - ls
        cluster:
          host: 10.0.0.1
        """);
    var environment = with(ENOUGH, Map.of("ORCHESTRIX_CLUSTER_MEMBERS", "10.0.0.2:5701, b:5701"));

    var settings = node(environment, Map.of());

    assertThat(settings.roles()).containsExactlyInAnyOrder(Role.HTTP, Role.EXECUTOR);
    assertThat(settings.dispatch().weights()).containsExactly(5, 2, 1);
    assertThat(settings.handlers().shell().allow()).containsExactly("/usr/bin/env", "ls");
    assertThat(settings.cluster().members()).containsExactly("10.0.0.2:5701", "b:5701");
  }

  @Test
  void an_empty_variable_counts_as_not_set() {
    var environment = with(ENOUGH, Map.of("ORCHESTRIX_HTTP_PORT", "", "ORCHESTRIX_CONFIG", ""));

    assertThat(node(environment, Map.of()).http().port()).isEqualTo(8080);
  }

  @Test
  void a_secret_may_be_in_a_file_of_its_own() throws IOException {
    var secret = Files.writeString(home.resolve("url"), "postgresql://app:secret@db/app\n");
    var environment =
        Map.of(
            "ORCHESTRIX_POSTGRES_URL_FILE", secret.toString(),
            "ORCHESTRIX_REDIS_URL", "redis://cache",
            "ORCHESTRIX_AUTH_MODE", "none");

    assertThat(node(environment, Map.of()).postgres().url())
        .isEqualTo(URI.create("postgresql://app:secret@db/app"));
  }

  @Test
  void what_holds_is_shown_with_its_origin_and_without_passwords() throws IOException {
    var file = write("http:\n  port: 9000\n");
    var environment =
        with(
            ENOUGH,
            Map.of("ORCHESTRIX_POSTGRES_URL", "postgresql://app:secret@db/app?password=secret"));

    var effective = loader(environment).node(Map.of("submit.lanes", "3")).effective();

    assertThat(effective)
        .contains(
            new Effective("http.port", "9000", file + ":2"),
            new Effective("http.host", "127.0.0.1", "default"),
            new Effective("submit.lanes", "3", "flag"),
            new Effective(
                "postgres.url",
                "postgresql://app:***@db/app?password=***",
                "ORCHESTRIX_POSTGRES_URL"),
            new Effective("redis.url", "rediss://:***@cache:6379/1", "ORCHESTRIX_REDIS_URL"));
    assertThat(loader(Map.of()).node(Map.of()).effective())
        .contains(new Effective("auth.mode", "", "not set"));
  }

  @Test
  void up_stays_alone_and_on_loopback_whatever_file_and_environment_say() {
    var environment =
        Map.of(
            "ORCHESTRIX_HTTP_HOST", "0.0.0.0",
            "ORCHESTRIX_CLUSTER_MEMBERS", "node-2:5701",
            "ORCHESTRIX_EXECUTE_SLOTS", "7");

    var settings = loader(environment).up(Map.of()).settings();

    assertThat(settings.http().host()).isEqualTo("127.0.0.1");
    assertThat(settings.auth().mode()).isEqualTo(Settings.AuthMode.NONE);
    assertThat(settings.cluster().members()).isEmpty();
    assertThat(settings.handlers().httpClient().allowPrivate()).isTrue();
    assertThat(settings.execute().slots()).isEqualTo(7);
  }

  @Test
  void up_does_what_a_flag_says() {
    var loaded =
        loader(Map.of())
            .up(Map.of("http.host", "0.0.0.0", "http.port", "0"))
            .with("postgres.url", "postgresql://postgres@localhost:1234/postgres", "up");

    assertThat(loaded.settings().http())
        .isEqualTo(new Settings.Http("0.0.0.0", 0, 1_048_576, Optional.empty()));
    assertThat(loaded.settings().postgres().url()).hasPort(1234);
  }

  @Test
  void where_somebody_has_decided_who_may_call_is_told_if_up_does_not_go_by_it() {
    var keys = Map.of("ORCHESTRIX_AUTH_MODE", "keys", "ORCHESTRIX_ADMIN_KEY", "k".repeat(32));

    assertThat(unheeded(keys, Map.of())).contains("ORCHESTRIX_AUTH_MODE");
    assertThat(unheeded(keys, Map.of("auth.mode", "keys"))).isEmpty();
    assertThat(unheeded(keys, Map.of("auth.mode", "none"))).isEmpty();
    assertThat(unheeded(Map.of("ORCHESTRIX_AUTH_MODE", "none"), Map.of())).isEmpty();
    assertThat(unheeded(Map.of(), Map.of())).isEmpty();
  }

  @Test
  void a_line_of_the_file_about_who_may_call_is_told_too() throws IOException {
    write("auth:\n  mode: keys\n");

    assertThat(unheeded(Map.of(), Map.of()).orElseThrow()).contains("orchestrix.yaml:2");
  }

  private Optional<String> unheeded(Map<String, String> environment, Map<String, String> flags) {
    var loader = loader(environment);
    return loader.unheededAuth(loader.up(flags));
  }

  private SettingsLoader loader(Map<String, String> environment) {
    return new SettingsLoader(environment, home, Optional.empty());
  }

  private Settings node(Map<String, String> environment, Map<String, String> flags) {
    return loader(environment).node(flags).settings();
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
