package dev.orchestrix.node;

import static dev.orchestrix.testkit.Lab.until;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.config.SettingsLoader;
import dev.orchestrix.embedded.EmbeddedServers;
import dev.orchestrix.store.Migrations;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The whole way of a job: submitted over HTTP, run on a node, its end read over HTTP. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RunningJobsOnANodeIT {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
  private static EmbeddedServers servers;

  @SuppressWarnings("NullAway.Init")
  private static Node node;

  @BeforeAll
  static void start() {
    servers = EmbeddedServers.ephemeral();
    var _ = new Migrations(servers.postgresUrl()).up();
    var settings =
        new SettingsLoader(Map.of(), Path.of("target"), Optional.empty())
            .up(Map.of("http.port", "0", "shell.enabled", "true", "shell.allow", "*"))
            .with("postgres.url", servers.postgresUrl().toString(), "test")
            .with("redis.url", servers.redisUrl().toString(), "test")
            .settings();
    node = Node.start(settings);
  }

  @AfterAll
  static void stop() {
    node.stop();
    servers.close();
    CLIENT.close();
  }

  @Test
  void a_job_that_was_accepted_is_run() throws Exception {
    var job = submit("{\"type\":\"noop\",\"payload\":{\"a\":1}}");

    var ended = ended(job);

    assertThat(ended.getString("state")).isEqualTo("SUCCEEDED");
    assertThat(ended.getInteger("attempt")).isEqualTo(1);
    assertThat(ended.getJsonObject("payload")).isEqualTo(new JsonObject().put("a", 1));
  }

  @Test
  void a_job_that_nobody_can_run_fails_at_once() throws Exception {
    var ended = ended(submit("{\"type\":\"nobody.knows\"}"));

    assertThat(ended.getString("state")).isEqualTo("FAILED");
    assertThat(ended.getJsonArray("errors").getJsonObject(0).getString("category"))
        .isEqualTo("NO_HANDLER");
  }

  @Test
  void a_delayed_job_waits_for_its_time_and_runs() throws Exception {
    var job = submit("{\"type\":\"noop\",\"delay\":\"1s\"}");
    assertThat(job.getString("state")).isEqualTo("SCHEDULED");

    var ended = ended(job);

    assertThat(ended.getString("state")).isEqualTo("SUCCEEDED");
    assertThat(ended.getInstant("started_at")).isAfterOrEqualTo(ended.getInstant("run_at"));
  }

  @Test
  void an_attempt_that_takes_too_long_is_ended_and_tried_again() throws Exception {
    var ended =
        ended(
            submit(
                """
                {"type":"sleep","payload":{"duration":"1h"},"timeout":"100ms",
                 "retry":{"max_attempts":2,"policy":"fixed","initial":"100ms"}}
                """));

    assertThat(ended.getString("state")).isEqualTo("FAILED");
    assertThat(ended.getJsonArray("errors")).hasSize(2);
    assertThat(ended.getJsonArray("errors").getJsonObject(1).getString("category"))
        .isEqualTo("TIMEOUT");
  }

  @Test
  void what_a_job_says_is_read_while_it_runs() throws Exception {
    var job =
        submit(
            """
            {"type":"shell","timeout":"20s","retry":{"max_attempts":1},
             "payload":{"command":"echo hello >&2; sleep 3600"}}
            """);

    until("the line is there", () -> !read(job, "").getJsonArray("logs").isEmpty());

    var read = read(job, "");
    assertThat(read.getString("state")).isEqualTo("RUNNING");
    assertThat(read.getJsonArray("logs")).containsExactly("hello");
    var attempts = read(job, "/logs?attempt=1").getJsonArray("attempts");
    var line = attempts.getJsonObject(0).getJsonArray("logs").getJsonObject(0);
    assertThat(line.getString("line")).isEqualTo("hello");
    assertThat(line.getInstant("at")).isAfterOrEqualTo(read.getInstant("created_at"));
  }

  @Test
  void the_logs_of_no_job_and_of_no_attempt_are_refused() {
    var nobody = new JsonObject().put("id", new UUID(0, 0).toString());

    assertThat(read(nobody, "/logs").getString("code")).isEqualTo("unknown_job");
    assertThat(read(nobody, "/logs?attempt=0").getString("code")).isEqualTo("invalid_parameter");
    assertThat(read(nobody, "/logs?lines=9").getString("code")).isEqualTo("unknown_parameter");
    assertThat(read(new JsonObject().put("id", "x"), "/logs").getString("code"))
        .isEqualTo("invalid_id");
  }

  @Test
  void every_job_of_a_batch_larger_than_the_window_ends() throws Exception {
    var body = "{\"type\":\"noop\",\"tags\":[\"many\"]}\n".repeat(5000);

    var answer = post("/api/v1/jobs/batch", "application/x-ndjson", body);

    assertThat(answer.getInteger("accepted")).isEqualTo(5000);
    for (var id : answer.getJsonArray("ids")) {
      var ended = ended(new JsonObject().put("id", id));
      assertThat(ended.getString("state")).isEqualTo("SUCCEEDED");
    }
  }

  private static JsonObject submit(String job) throws IOException, InterruptedException {
    return post("/api/v1/jobs", "application/json", job);
  }

  private static JsonObject ended(JsonObject job) throws IOException, InterruptedException {
    return send(request("/api/v1/jobs/" + job.getString("id") + "?wait=60s").build());
  }

  private static JsonObject read(JsonObject job, String of) {
    try {
      return send(request("/api/v1/jobs/" + job.getString("id") + of).build());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonObject post(String path, String type, String body)
      throws IOException, InterruptedException {
    return send(
        request(path)
            .header("content-type", type)
            .POST(BodyPublishers.ofString(body, UTF_8))
            .build());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path));
  }

  private static JsonObject send(HttpRequest request) throws IOException, InterruptedException {
    return new JsonObject(CLIENT.send(request, BodyHandlers.ofString()).body());
  }
}
