package dev.orchestrix.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One job a request, at a fixed rate whatever the answers do. A request that finds every connection
 * busy waits, and its latency counts from when it should have started: a node that stalls cannot
 * hide that by slowing its load down.
 */
final class PacedLoad {
  private static final String ID = "\"id\":\"";
  private static final int ID_LENGTH = 36;

  private final Context context;
  private final Queue<ApiConnection> idle;
  private final Queue<Long> late = new ArrayDeque<>();
  private final List<Buffer> bodies;
  private final long interval;
  private final int requests;
  private int sent;
  private final Latencies latencies = new Latencies();
  private final Map<String, Long> starts = new HashMap<>();
  private final Promise<Map<String, Long>> done = Promise.promise();

  /**
   * @param connections as many requests as may be under way at once
   * @param rate requests a second
   * @param bodies what is sent, one after the other and then again
   */
  PacedLoad(
      Vertx vertx, List<ApiConnection> connections, int rate, int seconds, List<Buffer> bodies) {
    this.context = vertx.getOrCreateContext();
    this.idle = new ArrayDeque<>(connections);
    this.interval = TimeUnit.SECONDS.toNanos(1) / rate;
    this.requests = rate * seconds;
    this.bodies = List.copyOf(bodies);
  }

  /**
   * Completes when all requests have been answered; fails with the first that does.
   *
   * @return by id of a job, when its request should have started: nanoseconds since the epoch
   */
  Future<Map<String, Long>> run() {
    Thread.ofPlatform().daemon().name("bench-pacer").start(this::pace);
    return done.future();
  }

  /** From a request's intended start to its answer. */
  Latencies latencies() {
    return latencies;
  }

  /** A thread of its own, because the timers of an event loop are right to a millisecond only. */
  private void pace() {
    long first = System.nanoTime() + interval;
    for (int i = 0; i < requests && !done.future().isComplete(); i++) {
      long intended = first + i * interval;
      for (long left = intended - System.nanoTime();
          left > 0;
          left = intended - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      context.runOnContext(_ -> send(intended));
    }
  }

  private synchronized void send(long intended) {
    var connection = idle.poll();
    if (connection == null) {
      late.add(intended);
      return;
    }
    connection
        .create(ApiConnection.JOBS, bodies.get(sent++ % bodies.size()))
        .onSuccess(answer -> answered(connection, answer.toString(), intended))
        .onFailure(done::tryFail);
  }

  private synchronized void answered(ApiConnection connection, String answer, long intended) {
    long now = System.nanoTime();
    latencies.add(now - intended);
    int id = answer.indexOf(ID) + ID.length();
    starts.put(answer.substring(id, id + ID_LENGTH), epochNanos(Instant.now()) - (now - intended));
    idle.add(connection);
    var waiting = late.poll();
    if (waiting != null) {
      send(waiting);
    }
    if (starts.size() == requests) {
      done.tryComplete(Map.copyOf(starts));
    }
  }

  static long epochNanos(Instant instant) {
    return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
  }
}
