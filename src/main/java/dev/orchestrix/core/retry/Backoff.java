package dev.orchestrix.core.retry;

import java.time.Duration;

/**
 * How long to wait after each failure of a row of them: twice as long every time, up to a limit.
 * Half of it is left to chance, so that those who met the same failure do not come back together.
 * Not thread-safe.
 */
public final class Backoff {
  private final long first;
  private final long last;
  private long next;

  /**
   * @param first after the first failure at most, a millisecond or more
   * @param last after any failure at most, {@code first} or more
   */
  public Backoff(Duration first, Duration last) {
    this.first = first.toNanos();
    this.last = last.toNanos();
    this.next = this.first;
  }

  /**
   * It has failed once more.
   *
   * @param chance a uniform number in [0, 1)
   * @return how long to wait now
   */
  public Duration failed(double chance) {
    long most = next;
    next = Math.min(last, 2 * most);
    return Duration.ofNanos(most / 2 + (long) (most / 2.0 * chance));
  }

  /** It has worked: the next failure is the first of its row. */
  public void worked() {
    next = first;
  }
}
