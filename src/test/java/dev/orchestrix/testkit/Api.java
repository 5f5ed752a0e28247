package dev.orchestrix.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** The HTTP API of one node, as a client sees it. Every call blocks. */
public final class Api {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final URI base;

  public Api(URI base) {
    this.base = base;
  }

  public static Api onPort(int port) {
    return new Api(URI.create("http://127.0.0.1:" + port));
  }

  /** Submits one job; its id. */
  @CanIgnoreReturnValue
  public String submit(String job) {
    return post("/api/v1/jobs", "application/json", job).getString("id");
  }

  /** The same as part of a trace. */
  public String submitTraced(String job, String traceParent) {
    var request =
        request("/api/v1/jobs")
            .header("content-type", "application/json")
            .header("traceparent", traceParent)
            .POST(BodyPublishers.ofString(job, UTF_8));
    return read(send(request.build())).getString("id");
  }

  /** Submits jobs as one batch; their ids, in order. Fails unless every one is accepted. */
  @CanIgnoreReturnValue
  public List<String> submitAll(List<String> jobs) {
    var answer = post("/api/v1/jobs/batch", "application/x-ndjson", String.join("\n", jobs));
    if (answer.getInteger("accepted") != jobs.size()) {
      throw new AssertionError(answer.encodePrettily());
    }
    return answer.getJsonArray("ids").stream().map(Object::toString).toList();
  }

  public JsonObject job(String id) {
    return get("/api/v1/jobs/" + id);
  }

  /** The job once it has ended, or as it is after a minute. */
  public JsonObject ended(String id) {
    return get("/api/v1/jobs/" + id + "?wait=60s");
  }

  /** What any call answers, whatever the status. */
  public HttpResponse<String> call(String method, String path, String body) {
    return send(
        request(path)
            .header("content-type", "application/json")
            .method(method, BodyPublishers.ofString(body, UTF_8))
            .build());
  }

  public JsonObject get(String path) {
    return read(send(request(path).build()));
  }

  /** Whether the node says that everything it needs works. */
  public boolean ready() {
    try {
      var request = request("/health/ready").build();
      return CLIENT.send(request, BodyHandlers.ofString()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** A call without a body, which has to succeed. */
  public void call(String method, String path) {
    var answer = send(request(path).method(method, BodyPublishers.noBody()).build());
    if (answer.statusCode() >= 300) {
      throw new AssertionError(answer.statusCode() + ": " + answer.body());
    }
  }

  /** Submits one job that is not taken; why not. */
  public JsonObject refused(String job) {
    var answer =
        send(
            request("/api/v1/jobs")
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(job, UTF_8))
                .build());
    if (answer.statusCode() < 300) {
      throw new AssertionError(answer.body());
    }
    return new JsonObject(answer.body());
  }

  /** Puts a document in its place; what is there then. */
  public JsonObject put(String path, String body) {
    return read(
        send(
            request(path)
                .header("content-type", "application/json")
                .PUT(BodyPublishers.ofString(body, UTF_8))
                .build()));
  }

  /** What a stream of events says, until it ends; returns once it has begun. */
  public InputStream follow(String path) {
    try {
      return CLIENT.send(request(path).build(), BodyHandlers.ofInputStream()).body();
    } catch (IOException e) {
      throw new AssertionError(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private JsonObject post(String path, String type, String body) {
    return read(
        send(
            request(path)
                .header("content-type", type)
                .POST(BodyPublishers.ofString(body, UTF_8))
                .build()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path));
  }

  private static JsonObject read(HttpResponse<String> answer) {
    if (answer.statusCode() >= 300) {
      throw new AssertionError(answer.statusCode() + ": " + answer.body());
    }
    return new JsonObject(answer.body());
  }

  private static HttpResponse<String> send(HttpRequest request) {
    try {
      return CLIENT.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(request.uri().toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
