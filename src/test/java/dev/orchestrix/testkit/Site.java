package dev.orchestrix.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orchestrix.config.Settings;
import dev.orchestrix.config.SettingsLoader;
import dev.orchestrix.embedded.EmbeddedServers;
import dev.orchestrix.node.Node;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.store.Migrations;
import dev.orchestrix.store.PlainConnection;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Servers of its own that a test may break, and nodes beside them. A server that is killed is
 * started again on its port after a moment: Postgres with what was committed, Redis empty.
 */
public final class Site implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final EmbeddedServers servers;
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Node> nodes = new ArrayList<>();
  private final RedisLink redis;

  private Site(EmbeddedServers servers) {
    this.servers = servers;
    this.redis = new RedisLink(vertx, settings(Map.of()).redis());
  }

  /** Starts the servers; the schema is there. */
  public static Site open() {
    var servers = EmbeddedServers.ephemeral();
    var _ = new Migrations(servers.postgresUrl()).up();
    return new Site(servers);
  }

  /**
   * The settings of a node here.
   *
   * @param flags by path, such as {@code execute.slots}
   */
  public Settings settings(Map<String, String> flags) {
    var all = new HashMap<>(Map.of("http.port", "0", "shutdown.grace", "5s", "cluster.port", "0"));
    all.putAll(flags);
    var redisUrl = all.getOrDefault("redis.url", servers.redisUrl().toString());
    var postgresUrl = all.getOrDefault("postgres.url", servers.postgresUrl().toString());
    var _ = all.remove("redis.url");
    var _ = all.remove("postgres.url");
    return new SettingsLoader(Map.of(), Path.of("target"), Optional.empty())
        .up(all)
        .with("postgres.url", postgresUrl, "test")
        .with("redis.url", redisUrl, "test")
        .settings();
  }

  /** Starts a node, which stops with the site. */
  public Node node(Map<String, String> flags) {
    return node(flags, () -> {});
  }

  public Node node(Map<String, String> flags, Runnable onFenced) {
    var node = Node.start(settings(flags), onFenced);
    nodes.add(node);
    return node;
  }

  /** Stops a node as SIGTERM would. */
  public void stop(Node node) {
    nodes.remove(node);
    node.stop();
  }

  /** Submits equal jobs in one request and expects that all are accepted. */
  public void submit(Node node, int count, String job) {
    var answer =
        post(node, "/api/v1/jobs/batch", "application/x-ndjson", (job + "\n").repeat(count));
    if (answer.statusCode() / 100 != 2) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
  }

  /** Submits one job. */
  public HttpResponse<String> submit(Node node, String job) {
    return post(node, "/api/v1/jobs", "application/json", job);
  }

  /** Cancels a job, which has to be accepted. */
  public void cancel(Node node, String id) {
    var answer =
        send(
            HttpRequest.newBuilder(uri(node, "/api/v1/jobs/" + id))
                .DELETE()
                .timeout(PATIENCE)
                .build());
    if (answer.statusCode() / 100 != 2) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
  }

  /** What {@code GET} answers. */
  public HttpResponse<String> get(Node node, String path) {
    return send(HttpRequest.newBuilder(uri(node, path)).timeout(PATIENCE).build());
  }

  /** The outcome of each check of {@code /health/ready}. */
  public JsonObject checks(Node node) {
    return new JsonObject(get(node, "/health/ready").body()).getJsonObject("checks");
  }

  /** A connection to Postgres apart from all nodes. */
  public Connection postgres() throws SQLException {
    return PlainConnection.open(servers.postgresUrl(), "test", Map.of());
  }

  /** The first number that a statement answers, or how many rows it changed. */
  public long sql(String sql) {
    try (var connection = postgres();
        var statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return statement.getUpdateCount();
      }
      try (var rows = statement.getResultSet()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** How many jobs are so. */
  public long jobs(String where) {
    return sql("select count(*) from jobs where " + where);
  }

  /** What Redis answers. */
  public @Nullable Response redis(Command command, Object... arguments) {
    var request = Request.cmd(command);
    for (var argument : arguments) {
      request.arg(argument.toString());
    }
    return Lab.await(redis.send(request));
  }

  /** Kills Redis; it comes back empty. */
  public void killRedis() {
    var info = String.valueOf(redis(Command.INFO, "server"));
    var pid = info.lines().filter(line -> line.startsWith("process_id:")).findFirst().orElseThrow();
    kill(Long.parseLong(pid.substring(pid.indexOf(':') + 1).strip()));
  }

  /** Kills Postgres; it comes back with all that was committed. */
  public void killPostgres() throws IOException, SQLException {
    try (var connection = postgres();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("show data_directory")) {
      var _ = rows.next();
      var lines = Files.readAllLines(Path.of(rows.getString(1), "postmaster.pid"));
      kill(Long.parseLong(lines.getFirst().strip()));
    }
  }

  /** Flags of nodes that find each other. */
  public static Map<String, String> inOneCluster() {
    var port = Integer.toString(FreePort.any());
    return Map.of("cluster.port", port, "cluster.members", "127.0.0.1:" + port);
  }

  @Override
  public void close() {
    List.copyOf(nodes).forEach(this::stop);
    var _ = Lab.await(redis.close().eventually(vertx::close));
    client.close();
    servers.close();
  }

  private static void kill(long pid) {
    var process = ProcessHandle.of(pid).orElseThrow();
    var _ = process.destroyForcibly();
    Lab.until("dead: " + pid, () -> !process.isAlive());
  }

  private HttpResponse<String> post(Node node, String path, String type, String body) {
    return send(
        HttpRequest.newBuilder(uri(node, path))
            .timeout(PATIENCE)
            .header("content-type", type)
            .POST(BodyPublishers.ofString(body, UTF_8))
            .build());
  }

  private static URI uri(Node node, String path) {
    return URI.create("http://127.0.0.1:" + node.httpPort() + path);
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new AssertionError(request.toString(), failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stopped);
    }
  }
}
