package dev.orchestrix.redis;

import dev.orchestrix.core.retry.Backoff;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Whether a server can be reached, and when one that could not may be tried again, so that not
 * every command tries it. A try is a connection that is refused: ten a second are no load.
 */
final class Reach {
  private final Backoff backoff = new Backoff(Duration.ofMillis(10), Duration.ofMillis(100));
  private final Set<Runnable> waiting = new HashSet<>();
  private boolean there;
  private boolean refused;
  private long until;

  /**
   * It cannot be reached now.
   *
   * @return how long to wait before the next try
   */
  synchronized Duration refused(long nowNanos) {
    var pause = backoff.failed(ThreadLocalRandom.current().nextDouble());
    until = nowNanos + pause.toNanos();
    refused = true;
    there = false;
    return pause;
  }

  /** Its connection has ended. */
  synchronized void lost() {
    there = false;
  }

  /** It answers again. */
  void reached() {
    all().forEach(Runnable::run);
  }

  private synchronized List<Runnable> all() {
    there = true;
    refused = false;
    backoff.worked();
    var all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  /** Does something once, when it can be reached again; never while it can be. */
  synchronized void whenBack(Runnable action) {
    if (!there) {
      waiting.add(action);
    }
  }

  /** Nobody waits for it any more. */
  synchronized void forget(Runnable action) {
    waiting.remove(action);
  }

  /** In whole milliseconds; 0 when it may be tried. */
  synchronized long millisLeft(long nowNanos) {
    return refused && until - nowNanos > 0 ? Duration.ofNanos(until - nowNanos).toMillis() + 1 : 0;
  }
}
