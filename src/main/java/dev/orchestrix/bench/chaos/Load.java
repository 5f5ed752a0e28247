package dev.orchestrix.bench.chaos;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Submits jobs at an even pace through all nodes in turn, some one by one and most in small
 * batches. A request that a node did not take, certainly, goes to the next one. One whose answer
 * was lost is not repeated: nobody knows what became of it.
 */
final class Load {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(6);

  /** A node that did not answer is left alone for a while, as a load balancer would. */
  private static final Duration AVOIDED = Duration.ofSeconds(2);

  private static final int BATCH = 10;
  private static final int REQUESTS_A_SINGLE = 4;

  /** What one request may come to. */
  private enum Answer {
    HEARD,
    REFUSED,
    UNKNOWN
  }

  private final List<ChaosNode> nodes;
  private final HttpClient client;
  private final JobMix mix;
  private final AtomicLongArray avoidedUntil;
  private final Set<UUID> accepted = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger unknown = new AtomicInteger();
  private volatile boolean stopped;

  Load(List<ChaosNode> nodes, HttpClient client, JobMix mix) {
    this.nodes = nodes;
    this.client = client;
    this.mix = mix;
    this.avoidedUntil = new AtomicLongArray(nodes.size());
    for (int node = 0; node < nodes.size(); node++) {
      avoidedUntil.set(node, System.nanoTime());
    }
  }

  /** Jobs that a node has said it has. */
  Set<UUID> accepted() {
    return accepted;
  }

  /** Jobs that no node took. */
  int refused() {
    return refused.get();
  }

  /** Jobs of which nobody knows. */
  int unknown() {
    return unknown.get();
  }

  /** The next request is the last one. */
  void stop() {
    stopped = true;
  }

  /** Blocks until all are submitted and answered, or have failed. */
  void submit(int jobs, Duration within) {
    long begin = System.nanoTime();
    try (var requests = Executors.newVirtualThreadPerTaskExecutor()) {
      int request = 0;
      for (int first = 0; first < jobs && !stopped; request++) {
        Pause.until(begin + within.toNanos() * first / jobs);
        boolean single = request % REQUESTS_A_SINGLE == 0;
        first += send(requests, request, first, single ? 1 : Math.min(BATCH, jobs - first));
      }
    }
  }

  private int send(ExecutorService requests, int request, int first, int count) {
    requests.execute(() -> submit(request, first, count));
    return count;
  }

  private void submit(int request, int first, int count) {
    var jobs = new JsonArray();
    for (int i = 0; i < count; i++) {
      jobs.add(mix.job(first + i));
    }
    boolean single = count == 1;
    var path = single ? "/api/v1/jobs" : "/api/v1/jobs/batch";
    var body = single ? jobs.getJsonObject(0).encode() : jobs.encode();
    for (int i = 0; i < nodes.size(); i++) {
      int node = (request + i) % nodes.size();
      boolean last = i == nodes.size() - 1;
      if (avoidedUntil.get(node) - System.nanoTime() > 0 && !last) {
        continue;
      }
      switch (post(node, path, body, count)) {
        case HEARD -> {
          return;
        }
        case UNKNOWN -> {
          unknown.addAndGet(count);
          return;
        }
        case REFUSED -> avoid(node);
      }
    }
    refused.addAndGet(count);
  }

  private Answer post(int node, String path, String body, int count) {
    var request =
        HttpRequest.newBuilder(nodes.get(node).http().resolve(path))
            .timeout(ANSWER_WITHIN)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      var answer = client.send(request, BodyHandlers.ofString());
      return heard(answer.statusCode(), answer.body(), count);
    } catch (ConnectException e) {
      return Answer.REFUSED;
    } catch (IOException e) {
      avoid(node);
      return Answer.UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.UNKNOWN;
    }
  }

  /** A 5xx may come after the commit; a batch of which a part was taken names that part. */
  private Answer heard(int status, String body, int count) {
    if (status == 201) {
      int taken = note(body);
      unknown.addAndGet(count - taken);
      return Answer.HEARD;
    }
    var _ = note(body);
    return status < 500 ? Answer.REFUSED : Answer.UNKNOWN;
  }

  /** How many jobs it names. */
  private int note(String body) {
    try {
      var json = new JsonObject(body);
      var ids = json.getJsonArray("ids", new JsonArray());
      if (json.containsKey("id")) {
        ids.add(json.getString("id"));
      }
      ids.forEach(id -> accepted.add(UUID.fromString((String) id)));
      return ids.size();
    } catch (DecodeException | IllegalArgumentException cutOff) {
      return 0;
    }
  }

  private void avoid(int node) {
    avoidedUntil.set(node, System.nanoTime() + AVOIDED.toNanos());
  }
}
