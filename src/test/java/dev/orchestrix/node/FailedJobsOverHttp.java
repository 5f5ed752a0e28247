package dev.orchestrix.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.config.SettingsLoader;
import dev.orchestrix.embedded.EmbeddedServers;
import dev.orchestrix.store.Migrations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A node, and jobs that fail on it, over HTTP: each test has a tenant of its own. */
abstract class FailedJobsOverHttp {
  /** For all classes, so none closes it. */
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  static final String DLQ = "/api/v1/dlq";
  static final String NOBODY = "00000000-0000-7000-8000-000000000000";

  /** What a sleep job refuses for good, and what it accepts. */
  static final String BAD = "{}";

  static final String GOOD = "{\"duration\":\"1ms\"}";

  @SuppressWarnings("NullAway.Init")
  private static EmbeddedServers servers;

  @SuppressWarnings("NullAway.Init")
  private static Node node;

  private static int tenants;
  String tenant = "default";

  @BeforeAll
  static void start() {
    servers = EmbeddedServers.ephemeral();
    var _ = new Migrations(servers.postgresUrl()).up();
    var settings =
        new SettingsLoader(Map.of(), Path.of("target"), Optional.empty())
            .up(Map.of("http.port", "0"))
            .with("postgres.url", servers.postgresUrl().toString(), "test")
            .with("redis.url", servers.redisUrl().toString(), "test")
            .settings();
    node = Node.start(settings);
  }

  @AfterAll
  static void stop() {
    node.stop();
    servers.close();
  }

  @BeforeEach
  final void make_a_tenant() {
    tenant = "t" + ++tenants;
    assertThat(send("PUT", "/api/v1/tenants/" + tenant, "{}").statusCode()).isEqualTo(200);
  }

  final String redrive(String more) {
    return "{\"filter\":{\"tenant\":\"" + tenant + "\"}," + more + "}";
  }

  final String failed(String payload) {
    return failedOfType("sleep", payload);
  }

  final String failedOfType(String type, String payload) {
    var id = submit(type, payload);
    assertThat(ended(id).getString("state")).isEqualTo("FAILED");
    return id;
  }

  final String submit(String type, String payload) {
    var job = "{\"type\":\"%s\",\"tenant\":\"%s\",\"payload\":%s}".formatted(type, tenant, payload);
    return json(send("POST", "/api/v1/jobs", job)).getString("id");
  }

  static JsonObject job(String id) {
    return get("/api/v1/jobs/" + id);
  }

  static JsonObject ended(String id) {
    return get("/api/v1/jobs/" + id + "?wait=60s");
  }

  static JsonObject get(String path) {
    return json(send("GET", path, null));
  }

  static List<JsonObject> items(String path) {
    return objects(get(path).getJsonArray("items"));
  }

  static List<String> paged(String path) {
    var ids = new ArrayList<String>();
    var page = get(path);
    ids.addAll(ids(objects(page.getJsonArray("items"))));
    while (page.getString("next_cursor") != null) {
      page = get(path + "&cursor=" + page.getString("next_cursor"));
      ids.addAll(ids(objects(page.getJsonArray("items"))));
    }
    return ids;
  }

  static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }

  static List<String> ids(List<JsonObject> objects) {
    return objects.stream().map(it -> it.getString("id")).toList();
  }

  static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(json(answer).getString("code")).isEqualTo(code);
  }

  static JsonObject json(HttpResponse<String> answer) {
    return new JsonObject(answer.body());
  }

  static HttpResponse<String> send(String method, String path, @Nullable String body) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body, UTF_8));
    if (body != null || path.equals(DLQ + "/redrive")) {
      var _ = request.header("content-type", "application/json");
    }
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException("no answer", failed);
    }
  }
}
