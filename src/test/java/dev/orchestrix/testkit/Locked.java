package dev.orchestrix.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.jspecify.annotations.Nullable;

/** The HTTP API of a node that wants keys. Every call blocks. */
public final class Locked {
  /** The key that such a node is to be given in its settings. */
  public static final String ADMIN = "an-admin-key-that-nobody-would-guess";

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final String base;

  /**
   * What a call was answered.
   *
   * @param body empty for a stream of events
   */
  public record Answer(int status, String body) {

    public JsonObject json() {
      return new JsonObject(body);
    }

    /** The same with a text taken out. */
    public Answer without(String text) {
      return new Answer(status, body.replace(text, ""));
    }
  }

  public Locked(int port) {
    this.base = "http://127.0.0.1:" + port;
  }

  /** Calls with a key, or without. */
  public Answer ask(@Nullable String key, String method, String path, @Nullable String body) {
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      boolean batch = path.endsWith("/batch");
      request.header("content-type", batch ? "application/x-ndjson" : "application/json");
    }
    if (key != null) {
      request.header("authorization", "Bearer " + key);
    }
    return send(request.build());
  }

  /** Calls with the key of the settings. */
  public Answer admin(String method, String path, @Nullable String body) {
    return ask(ADMIN, method, path, body);
  }

  /** A new key; {@code *} for all tenants. */
  public String key(String tenant, String role) {
    return newKey(tenant, role).getString("key");
  }

  /** The id of a new key. */
  public String keyId(String tenant) {
    return newKey(tenant, "viewer").getString("id");
  }

  private JsonObject newKey(String tenant, String role) {
    var wanted = new JsonObject().put("tenant", tenant).put("role", role).put("name", "of a test");
    return made(admin("POST", "/api/v1/keys", wanted.encode()));
  }

  /** A new job that waits for an hour; its id. */
  public String waiting(String tenant) {
    return submitted(tenant, "noop", "\"delay\":\"1h\"");
  }

  /** A new job that has failed, as nobody knows its type; its id. */
  public String failed(String tenant) {
    var id = submitted(tenant, "no-such-type", "\"retry\":{\"max_attempts\":1}");
    var state = admin("GET", "/api/v1/jobs/" + id + "?wait=60s", null).json().getString("state");
    if (!"FAILED".equals(state)) {
      throw new AssertionError(id + " is " + state);
    }
    return id;
  }

  /** A new redrive; its id. */
  public String redrive(String tenant) {
    var filter = new JsonObject().put("tenant", tenant).put("type", "none");
    var order = new JsonObject().put("filter", filter).put("rate", 0.01);
    return made(admin("POST", "/api/v1/dlq/redrive", order.encode())).getString("id");
  }

  private String submitted(String tenant, String type, String more) {
    var job =
        "{\"type\":\"%s\",\"tenant\":\"%s\",\"payload\":{\"secret\":1},%s}"
            .formatted(type, tenant, more);
    return made(admin("POST", "/api/v1/jobs", job)).getString("id");
  }

  private static JsonObject made(Answer answer) {
    if (answer.status() >= 300) {
      throw new AssertionError(answer.status() + ": " + answer.body());
    }
    return answer.json();
  }

  private static Answer send(HttpRequest request) {
    try {
      var answer = CLIENT.send(request, BodyHandlers.ofInputStream());
      try (var body = answer.body()) {
        boolean endless =
            answer.headers().firstValue("content-type").orElse("").equals("text/event-stream");
        return new Answer(
            answer.statusCode(), endless ? "" : new String(body.readAllBytes(), UTF_8));
      }
    } catch (IOException e) {
      throw new AssertionError(request.uri().toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
