package dev.orchestrix.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long a server that could not be reached is left alone: twice as long each time, never quite
 * the same, so that not every command tries it and not all nodes do so at once.
 */
final class Backoff {
  private static final long FIRST = Duration.ofMillis(50).toNanos();
  private static final long LAST = Duration.ofSeconds(1).toNanos();

  private long pause = FIRST;
  private long until;
  private boolean waiting;

  /** It cannot be reached now. */
  synchronized void refused(long nowNanos) {
    until = nowNanos + pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2);
    waiting = true;
    pause = Math.min(LAST, pause * 2);
  }

  /** It answers again. */
  synchronized void reached() {
    waiting = false;
    pause = FIRST;
  }

  /** In whole milliseconds; 0 when it may be tried. */
  synchronized long millisLeft(long nowNanos) {
    return waiting && until - nowNanos > 0 ? Duration.ofNanos(until - nowNanos).toMillis() + 1 : 0;
  }
}
