package dev.orchestrix.http;

import dev.orchestrix.auth.Access;
import dev.orchestrix.auth.AuditLog;
import dev.orchestrix.bus.Events;
import dev.orchestrix.circuit.Circuits;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.query.DeadLetterQueries;
import dev.orchestrix.query.Explaining;
import dev.orchestrix.query.JobQueries;
import dev.orchestrix.recover.DeadLetters;
import dev.orchestrix.recover.Redriving;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.submit.Submitted;
import dev.orchestrix.tenant.Rules;
import dev.orchestrix.transition.Cancels;
import dev.orchestrix.transition.Revivals;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The API on a free port, with a function in the place of the database, and of tenants {@code
 * default} and {@code acme}.
 */
final class ApiWithoutServers implements AutoCloseable {
  static final int MAX_BODY = 64 * 1024;

  private static final String NOWHERE = "postgresql://nobody:nothing@127.0.0.1:1/nowhere";

  private static final Settings.Auth OPEN =
      new Settings.Auth(
          Settings.AuthMode.NONE, Optional.empty(), Optional.empty(), Optional.empty());
  private static final Settings.Circuit CIRCUIT =
      new Settings.Circuit(
          false,
          List.of(),
          100,
          20,
          50,
          0,
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofMinutes(10),
          1,
          Duration.ofMinutes(1));

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<NewJob> submitted = new ArrayList<>();
  private final HttpServerVerticle verticle;

  /**
   * @param submit what is done with each job; it is noted before that
   */
  ApiWithoutServers(Function<NewJob, Future<Submitted>> submit) {
    this(submit, Optional.empty());
  }

  /**
   * @param tls if it is HTTPS; {@link #port} tells where
   */
  ApiWithoutServers(Function<NewJob, Future<Submitted>> submit, Optional<Settings.Tls> tls) {
    var postgres =
        Postgres.connect(
            vertx, new Settings.Postgres(URI.create(NOWHERE), 1, Duration.ofSeconds(1)));
    var meters = new Meters();
    var rules = Rules.of(vertx, postgres, meters);
    var redis =
        new RedisLink(
            vertx,
            new Settings.Redis(
                URI.create("redis://127.0.0.1:1"), Optional.empty(), Duration.ofSeconds(1)));
    var events = new Events(vertx, Set::of);
    verticle =
        new HttpServerVerticle(
            new Settings.Http("127.0.0.1", 0, MAX_BODY, tls),
            job -> {
              synchronized (submitted) {
                submitted.add(job);
              }
              return submit.apply(job);
            },
            rules,
            new Circuits(vertx, postgres, meters, CIRCUIT),
            Explaining.by(postgres, redis, rules),
            Access.of(vertx, postgres, redis, meters, OPEN),
            new AuditLog(postgres),
            _ -> Future.succeededFuture(),
            tenant -> Future.succeededFuture(Set.of("default", "acme").contains(tenant)),
            new JobQueries(postgres),
            new Cancels(vertx, postgres, events, meters),
            deadLetters(postgres),
            events,
            meters,
            Map.of());
    var _ = vertx.deployVerticle(verticle).await();
  }

  /** Without a database none of these calls is answered. */
  private DeadLetterCalls deadLetters(Postgres postgres) {
    var revivals =
        new Revivals(postgres, new Gates(vertx), new Events(vertx, Set::of), new Meters());
    return new DeadLetterCalls(
        new DeadLetterQueries(postgres),
        revivals,
        new DeadLetters(postgres),
        new Redriving(vertx, postgres, revivals));
  }

  /** The jobs that reached the database's place, in order. */
  List<NewJob> submitted() {
    synchronized (submitted) {
      return List.copyOf(submitted);
    }
  }

  Vertx vertx() {
    return vertx;
  }

  int port() {
    return verticle.port();
  }

  HttpResponse<String> post(String path, String body) {
    return send(request(path, body).header("content-type", "application/json").build());
  }

  HttpRequest.Builder request(String path, String body) {
    return request(path).POST(BodyPublishers.ofString(body));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .timeout(Duration.ofSeconds(60));
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException("no answer", e);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", stopped);
    }
  }

  /** A connection for what no HTTP client would send. */
  Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout(60_000);
    return socket;
  }

  @Override
  public void close() {
    client.close();
    var _ = vertx.close().await();
  }
}
