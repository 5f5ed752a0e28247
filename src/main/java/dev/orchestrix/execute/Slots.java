package dev.orchestrix.execute;

import java.util.HashMap;
import java.util.Map;

/**
 * What an executor can still take, and which dispatchers may send it. Each dispatcher has a limit
 * on all it has ever sent; what it has not used of it is promised to it. Not thread-safe.
 */
final class Slots {

  private static final class Promise {
    private long sent;
    private long limit;
    private long heardNanos;
    private boolean silent;

    long open() {
      return Math.max(0, limit - sent);
    }
  }

  /** How many a node takes at once that has claimed nothing yet. */
  private static final int FIRST = 16;

  private final int size;
  private final Map<Integer, Promise> promises = new HashMap<>();
  private int used;
  private int unreported;
  private int opened = FIRST;

  Slots(int size) {
    this.size = size;
  }

  /** A dispatcher has said that it is there. */
  void heard(int dispatcher, long nowNanos) {
    var _ = hear(dispatcher, nowNanos);
  }

  /** Promises nothing more to dispatchers that have been silent for so long. */
  void expire(long nowNanos, long silentNanos) {
    for (var promise : promises.values()) {
      if (nowNanos - promise.heardNanos > silentNanos) {
        promise.silent = true;
        promise.limit = promise.sent;
      }
    }
  }

  /**
   * Jobs have come from a dispatcher.
   *
   * @param sent how many it has sent in all, by its own count, which makes up for any that were
   *     lost
   */
  void taken(int dispatcher, long sent, int jobs, long nowNanos) {
    used += jobs;
    hear(dispatcher, nowNanos).sent = sent;
  }

  private Promise hear(int dispatcher, long nowNanos) {
    var promise = promises.computeIfAbsent(dispatcher, _ -> new Promise());
    promise.heardNanos = nowNanos;
    promise.silent = false;
    return promise;
  }

  /** Jobs have ended, or were not this node's to run. */
  void freed(int jobs) {
    used -= jobs;
  }

  /**
   * Jobs were claimed. A node that has just begun runs code that nobody has compiled yet: it takes
   * little, lest jobs wait for it that others could run, and more with each claim that has come
   * back.
   */
  void claimed(int jobs) {
    opened = Math.min(size, opened + 2 * jobs);
  }

  /** So many outcomes more, or less, wait for Postgres. */
  void unreported(int change) {
    unreported += change;
  }

  boolean idle() {
    return used == 0 && unreported == 0;
  }

  /**
   * Promises what is free, in equal parts, to the dispatchers that are there. Outcomes that cannot
   * be written take up slots once there are more of them than slots, so that they stay bounded.
   *
   * @return the new limits of those dispatchers that got more
   */
  Map<Integer, Long> promise() {
    long open = promises.values().stream().mapToLong(Promise::open).sum();
    long free = Math.min(size, opened) - used - Math.max(0, unreported - size) - open;
    long there = promises.values().stream().filter(one -> !one.silent).count();
    var limits = new HashMap<Integer, Long>();
    if (free <= 0 || there == 0) {
      return limits;
    }
    long share = Math.ceilDiv(free, there);
    for (var one : promises.entrySet()) {
      long more = one.getValue().silent ? 0 : Math.min(share, free);
      if (more > 0) {
        var promise = one.getValue();
        promise.limit = promise.sent + promise.open() + more;
        limits.put(one.getKey(), promise.limit);
        free -= more;
      }
    }
    return limits;
  }

  /** The present limit of a dispatcher, to be told again in case it was lost. */
  long limit(int dispatcher) {
    var promise = promises.get(dispatcher);
    return promise == null ? 0 : promise.limit;
  }
}
