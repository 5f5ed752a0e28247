package dev.orchestrix.redis;

import dev.orchestrix.core.retry.Backoff;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Whether a server that could not be reached may be tried again, so that not every command tries
 * it.
 */
final class Reach {
  private final Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));
  private long until;
  private boolean waiting;

  /** It cannot be reached now. */
  synchronized void refused(long nowNanos) {
    until = nowNanos + backoff.failed(ThreadLocalRandom.current().nextDouble()).toNanos();
    waiting = true;
  }

  /** It answers again. */
  synchronized void reached() {
    waiting = false;
    backoff.worked();
  }

  /** In whole milliseconds; 0 when it may be tried. */
  synchronized long millisLeft(long nowNanos) {
    return waiting && until - nowNanos > 0 ? Duration.ofNanos(until - nowNanos).toMillis() + 1 : 0;
  }
}
