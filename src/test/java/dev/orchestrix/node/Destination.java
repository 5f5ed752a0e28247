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

/** What http jobs call: answers with the status it is told to, and remembers who has asked. */
final class Destination implements AutoCloseable {
  private final List<String> jobs = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private volatile int status = 200;
  private volatile boolean silent;

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
            jobs.add(String.valueOf(exchange.getRequestHeaders().getFirst("X-Orchestrix-Job")));
            if (silent) {
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
    silent = false;
  }

  /** Takes requests from now on, and never answers them. */
  void saysNothing() {
    silent = true;
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
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
