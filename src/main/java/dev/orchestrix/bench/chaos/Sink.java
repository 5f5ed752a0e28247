package dev.orchestrix.bench.chaos;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The server that jobs call: notes every call of every attempt. It is never made to fail. */
final class Sink implements AutoCloseable {
  static final String OK = "/ok";

  /** Answers 500 to a job's first attempt. */
  static final String FAILS_FIRST = "/fails-first";

  static final String FAILS = "/fails";

  /** Answers after a while. */
  static final String SLOW = "/slow";

  private static final long SLOW_MILLIS = 400;

  private final Vertx vertx;
  private final HttpServer server;
  private final ConcurrentLinkedQueue<History.Start> starts = new ConcurrentLinkedQueue<>();

  private Sink(Vertx vertx, HttpServer server) {
    this.vertx = vertx;
    this.server = server;
  }

  /** Blocks until it serves. */
  static Sink open(Vertx vertx) {
    var server = vertx.createHttpServer();
    var sink = new Sink(vertx, server);
    var _ = server.requestHandler(sink::called).listen(0, "127.0.0.1").await();
    return sink;
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  /** All calls so far, in the order in which they came. */
  List<History.Start> starts() {
    return new ArrayList<>(starts);
  }

  @Override
  public void close() {
    server.close().await();
  }

  private void called(HttpServerRequest request) {
    var at = Instant.now();
    var job = request.getHeader("X-Orchestrix-Job");
    var attempt = request.getHeader("X-Orchestrix-Attempt");
    if (job == null || attempt == null) {
      request.response().setStatusCode(400).end().onComplete(_ -> {});
      return;
    }
    var path = String.valueOf(request.path());
    int number = Integer.parseInt(attempt);
    starts.add(new History.Start(UUID.fromString(job), number, at));
    boolean fails = path.equals(FAILS) || (path.equals(FAILS_FIRST) && number == 1);
    if (path.equals(SLOW)) {
      vertx.setTimer(SLOW_MILLIS, _ -> answer(request, false));
    } else {
      answer(request, fails);
    }
  }

  private static void answer(HttpServerRequest request, boolean fails) {
    request.response().setStatusCode(fails ? 500 : 200).end().onComplete(_ -> {});
  }
}
