package dev.orchestrix.cli;

import dev.orchestrix.embedded.EmbeddedServers;
import dev.orchestrix.node.Node;
import dev.orchestrix.store.Migrations;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Goes once through what a node does, for the JVM to remember what that needs (JEP 483). */
@Command(name = "train", hidden = true, description = "Run a node once, for the AOT cache.")
final class TrainCommand implements Callable<Integer> {
  private static final int ROUNDS = 200;

  /** A large batch takes other ways than a small one: through the backlog and the feeder. */
  private static final int LARGE_BATCHES = 20;

  private static final int LARGE = 2_000;

  @Mixin private SettingOptions options = new SettingOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    var loaded = options.loader().up(Map.of("http.port", "0"));
    try (var servers = EmbeddedServers.ephemeral()) {
      var settings =
          loaded
              .with("postgres.url", servers.postgresUrl().toString(), "embedded")
              .with("redis.url", servers.redisUrl().toString(), "embedded")
              .settings();
      var _ = new Migrations(servers.postgresUrl()).up();
      var node = Node.start(settings);
      try {
        exercise("http://127.0.0.1:" + node.httpPort());
      } finally {
        node.stop();
      }
    }
    return 0;
  }

  private static void exercise(String node) throws IOException, InterruptedException {
    var jobs = node + "/api/v1/jobs";
    var job = "{\"type\":\"noop\",\"payload\":{\"hello\":\"world\"}}";
    try (var client = HttpClient.newHttpClient()) {
      for (int i = 0; i < ROUNDS; i++) {
        var _ = expect(client, post(jobs, job), 201);
        var _ = expect(client, post(jobs + "/batch", "[" + job + "," + job + "]"), 201);
      }
      var large = "[" + String.join(",", Collections.nCopies(LARGE, job)) + "]";
      for (int i = 0; i < LARGE_BATCHES; i++) {
        var _ = expect(client, post(jobs + "/batch", large), 201);
      }
      var last = new JsonObject(expect(client, post(jobs, job), 201)).getString("id");
      var _ = expect(client, get(jobs + "/" + last + "?wait=60s"), 200);
      var _ = expect(client, get(jobs + "?limit=10"), 200);
      var _ = expect(client, get(node + "/health/ready"), 200);
      var _ = expect(client, get(node + "/metrics"), 200);
    }
  }

  private static HttpRequest post(String url, String body) {
    return HttpRequest.newBuilder(URI.create(url))
        .header("content-type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private static HttpRequest get(String url) {
    return HttpRequest.newBuilder(URI.create(url)).build();
  }

  private static String expect(HttpClient client, HttpRequest request, int status)
      throws IOException, InterruptedException {
    var answer = client.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != status) {
      throw new IOException(
          request.uri() + " answered " + answer.statusCode() + ": " + answer.body());
    }
    return answer.body();
  }
}
