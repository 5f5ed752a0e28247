package dev.orchestrix.node;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Whether the event loops turn. A loop that is busy for some seconds is no reason to give up a
 * node; one that has not turned for many leases runs nothing any more, and others should.
 */
final class LoopPulse {
  private static final long EVERY_MILLIS = 500;

  /** Leases without a turn after which a node stops to renew. */
  private static final int LEASES = 4;

  private final Vertx vertx;
  private final AtomicLongArray turned;
  private final long limitNanos;
  private volatile boolean stopped;

  private LoopPulse(Vertx vertx, int loops, Duration lease) {
    this.vertx = vertx;
    this.turned = new AtomicLongArray(loops);
    this.limitNanos = lease.multipliedBy(LEASES).toNanos();
  }

  /**
   * Begins to watch.
   *
   * @param loops how many event loops there are
   */
  static LoopPulse of(Vertx vertx, int loops, Duration lease) {
    var pulse = new LoopPulse(vertx, loops, lease);
    for (int loop = 0; loop < loops; loop++) {
      int number = loop;
      pulse.turned.set(number, System.nanoTime());
      // contexts made off the event loops are spread over them in turn
      Context context = vertx.getOrCreateContext();
      context.runOnContext(_ -> pulse.turn(number));
    }
    return pulse;
  }

  /** Whether some event loop has not turned for four leases. */
  boolean stuck() {
    long now = System.nanoTime();
    for (int loop = 0; loop < turned.length(); loop++) {
      if (now - turned.get(loop) > limitNanos) {
        return true;
      }
    }
    return false;
  }

  void stop() {
    stopped = true;
  }

  private void turn(int loop) {
    turned.set(loop, System.nanoTime());
    if (!stopped) {
      vertx.setTimer(EVERY_MILLIS, _ -> turn(loop));
    }
  }
}
