package dev.orchestrix.node;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** What http jobs call: answers with the status it is told to, and remembers who has asked. */
final class Destination implements AutoCloseable {
  private final List<String> jobs = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private volatile int status = 200;

  /** How many of the next requests are not answered. */
  private final AtomicInteger silent = new AtomicInteger();

  Destination() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            boolean answered = silent.getAndUpdate(left -> Math.max(0, left - 1)) == 0;
            jobs.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Orchestrix-Job")));
            if (!answered) {
              closing.await();
            }
            exchange.sendResponseHeaders(status, -1);
          } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }

  /** Answers with this from now on. */
  void answers(int with) {
    status = with;
    silent.set(0);
  }

  /** Takes requests from now on, and does not answer them. */
  void saysNothing() {
    silent.set(Integer.MAX_VALUE);
  }

  /** Takes the next request, and does not answer it. */
  void saysNothingOnce() {
    silent.set(1);
  }

  /** Answers every request that came or comes. */
  void answersAll() {
    silent.set(0);
    closing.countDown();
  }

  /** The jobs whose requests came, in that order. */
  List<String> asked() {
    return List.copyOf(jobs);
  }

  /** A job that calls it once, and would call again after an hour. */
  String job() {
    return """
    {"type": "http", "payload": {"method": "GET", "url": "http://127.0.0.1:%d/"},
     "retry": {"max_attempts": 3, "initial": "1h", "max": "1h"}}\
    """
        .formatted(server.getAddress().getPort())
        .replace("\n", "");
  }

  String circuit() {
    return "http:127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    answersAll();
    server.stop(0);
    threads.shutdownNow();
  }
}
