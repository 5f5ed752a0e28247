package dev.orchestrix.testkit;

import dev.orchestrix.node.Node;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Clients that submit one job after another until they are told to stop. */
public final class Load {
  private static final int CLIENTS = 8;
  private static final long PAUSE_NANOS = 2_000_000;

  private final Site site;
  private final Supplier<Node> node;
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final Set<String> strange = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refused = new AtomicInteger();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean stopped;

  private Load(Site site, Supplier<Node> node) {
    this.site = site;
    this.node = node;
  }

  /**
   * Begins.
   *
   * @param node the one to submit the next job to
   */
  public static Load on(Site site, Supplier<Node> node) {
    var load = new Load(site, node);
    for (int client = 0; client < CLIENTS; client++) {
      load.clients.add(Thread.ofVirtual().start(load::submit));
    }
    return load;
  }

  /** Waits until so many more jobs have been accepted. */
  public void accept(int more) {
    int before = accepted.size();
    Lab.until(more + " more accepted", () -> accepted.size() >= before + more);
  }

  /** How many submissions have been refused for the time being. */
  public int refused() {
    return refused.get();
  }

  /** Waits until so many have been refused in all. */
  public void refuse(int all) {
    Lab.until(all + " refused", () -> refused.get() >= all);
  }

  /** Submits no more; the ids of all jobs that were accepted. */
  public Set<String> stop() {
    stopped = true;
    clients.forEach(
        client -> {
          try {
            client.join();
          } catch (InterruptedException ended) {
            throw new AssertionError(ended);
          }
        });
    if (!strange.isEmpty()) {
      throw new AssertionError(strange.toString());
    }
    return Set.copyOf(accepted);
  }

  private void submit() {
    while (!stopped) {
      var answer = site.submit(node.get(), "{\"type\":\"noop\"}");
      switch (answer.statusCode()) {
        case 201, 202 -> accepted.add(new JsonObject(answer.body()).getString("id"));
        case 503 -> {
          refused.incrementAndGet();
          if (answer.headers().firstValue("retry-after").isEmpty()) {
            strange.add("503 without Retry-After");
          }
        }
        default -> strange.add(answer.statusCode() + " " + answer.body());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
