package dev.orchestrix.execute;

import java.util.HashMap;
import java.util.Map;

/**
 * What an executor can still take, and which dispatchers may send it. Each dispatcher has a limit on
 * all it has ever sent; what it has not used of it is promised to it. Not thread-safe.
 */
final class Slots {

  private static final class Promise {
    private long sent;
    private long limit;
    private long heardNanos;

    long open() {
      return Math.max(0, limit - sent);
    }
  }

  private final int size;
  private final Map<Integer, Promise> promises = new HashMap<>();
  private int used;
  private int unreported;

  Slots(int size) {
    this.size = size;
  }

  /** A dispatcher has said that it is there. */
  void heard(int dispatcher, long nowNanos) {
    promises.computeIfAbsent(dispatcher, _ -> new Promise()).heardNanos = nowNanos;
  }

  /** Promises nothing more to dispatchers that have been silent for so long. */
  void expire(long nowNanos, long silentNanos) {
    promises.values().removeIf(one -> nowNanos - one.heardNanos > silentNanos);
  }

  /**
   * Jobs have come from a dispatcher.
   *
   * @param sent how many it has sent in all, by its own count, which makes up for any that were lost
   */
  void taken(int dispatcher, long sent, int jobs, long nowNanos) {
    used += jobs;
    var promise = promises.computeIfAbsent(dispatcher, _ -> new Promise());
    promise.sent = sent;
    promise.heardNanos = nowNanos;
  }

  /** Jobs have ended, or were not this node's to run. */
  void freed(int jobs) {
    used -= jobs;
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
    long free = size - used - Math.max(0, unreported - size) - open;
    var limits = new HashMap<Integer, Long>();
    if (free <= 0 || promises.isEmpty()) {
      return limits;
    }
    long share = Math.ceilDiv(free, promises.size());
    for (var one : promises.entrySet()) {
      long more = Math.min(share, free);
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
