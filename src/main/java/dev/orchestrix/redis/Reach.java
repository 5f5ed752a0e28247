package dev.orchestrix.redis;

import dev.orchestrix.core.retry.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Whether a server can be reached, and when one that could not may be tried again, so that not
 * every command tries it. A try is a connection that is refused: ten a second are no load.
 */
final class Reach {
  private final Backoff backoff = new Backoff(Duration.ofMillis(10), Duration.ofMillis(100));
  private Promise<Void> back = Promise.promise();
  private long until;
  private boolean waiting;

  /**
   * It cannot be reached now.
   *
   * @return how long to wait before the next try
   */
  synchronized Duration refused(long nowNanos) {
    var pause = backoff.failed(ThreadLocalRandom.current().nextDouble());
    until = nowNanos + pause.toNanos();
    waiting = true;
    lost();
    return pause;
  }

  /** Its connection has ended. */
  synchronized void lost() {
    if (back.future().isComplete()) {
      back = Promise.promise();
    }
  }

  /** It answers again. */
  void reached() {
    Promise<Void> waitedFor;
    synchronized (this) {
      waiting = false;
      backoff.worked();
      waitedFor = back;
    }
    waitedFor.tryComplete();
  }

  /** Completes when it answers, and never fails. */
  synchronized Future<Void> back() {
    return back.future();
  }

  /** In whole milliseconds; 0 when it may be tried. */
  synchronized long millisLeft(long nowNanos) {
    return waiting && until - nowNanos > 0 ? Duration.ofNanos(until - nowNanos).toMillis() + 1 : 0;
  }
}
