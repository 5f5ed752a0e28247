package dev.orchestrix.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One job a request; the next request of a connection follows the answer to the last one. So the
 * load waits when the node does: good for a rate, and for latencies at that rate only.
 */
final class SubmitLoad {
  private final List<ApiConnection> connections;
  private final Buffer body;
  private final long nanos;
  private final Latencies latencies = new Latencies();
  private final AtomicLong accepted = new AtomicLong();
  private long start;

  SubmitLoad(List<ApiConnection> connections, Duration duration, int payloadBytes) {
    this.connections = connections;
    this.nanos = duration.toNanos();
    this.body = JobBodies.one(payloadBytes);
  }

  /** How long it took until the last answer was there; fails with the first request that does. */
  Future<Duration> run() {
    start = System.nanoTime();
    var lanes = new ArrayList<Future<Void>>();
    for (var connection : connections) {
      var lane = Promise.<Void>promise();
      next(connection, lane);
      lanes.add(lane.future());
    }
    return Future.all(lanes).map(_ -> Duration.ofNanos(System.nanoTime() - start));
  }

  long accepted() {
    return accepted.get();
  }

  /** From a request's start to its answer. */
  Latencies latencies() {
    return latencies;
  }

  private void next(ApiConnection connection, Promise<Void> lane) {
    long sent = System.nanoTime();
    if (sent - start >= nanos) {
      lane.complete();
      return;
    }
    connection
        .create(ApiConnection.JOBS, body)
        .onSuccess(
            _ -> {
              latencies.add(System.nanoTime() - sent);
              accepted.incrementAndGet();
              next(connection, lane);
            })
        .onFailure(lane::tryFail);
  }
}
