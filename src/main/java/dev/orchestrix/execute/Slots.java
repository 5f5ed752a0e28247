package dev.orchestrix.execute;

import java.util.HashMap;
import java.util.Map;

/**
 * What an executor can still take, and which dispatchers it has promised it to. Not thread-safe.
 */
final class Slots {
  private final int size;
  private final Map<Integer, Integer> promised = new HashMap<>();
  private final Map<Integer, Long> heardNanos = new HashMap<>();
  private int used;
  private int unreported;

  Slots(int size) {
    this.size = size;
  }

  /** A dispatcher has said that it is there. */
  void heard(int dispatcher, long nowNanos) {
    heardNanos.put(dispatcher, nowNanos);
  }

  /** Takes back what was promised to dispatchers that have been silent for so long. */
  void expire(long nowNanos, long silentNanos) {
    heardNanos.entrySet().removeIf(one -> nowNanos - one.getValue() > silentNanos);
    promised.keySet().retainAll(heardNanos.keySet());
  }

  /** Jobs have come from a dispatcher, for slots that were promised to it. */
  void taken(int dispatcher, int jobs) {
    used += jobs;
    promised.computeIfPresent(dispatcher, (_, had) -> Math.max(0, had - jobs));
  }

  /** Jobs have ended, or were not this node's to run. */
  void freed(int jobs) {
    used -= jobs;
  }

  /** So many outcomes more, or less, wait for Postgres. */
  void unreported(int change) {
    unreported += change;
  }

  int used() {
    return used;
  }

  boolean idle() {
    return used == 0 && unreported == 0;
  }

  /**
   * Promises what is free, in equal parts, to the dispatchers that are there. Outcomes that cannot
   * be written take up slots once there are more of them than slots, so that they stay bounded.
   *
   * @return slots per dispatcher, without those that get none
   */
  Map<Integer, Integer> promise() {
    int out = promised.values().stream().mapToInt(Integer::intValue).sum();
    int free = size - used - Math.max(0, unreported - size) - out;
    var grants = new HashMap<Integer, Integer>();
    if (free <= 0 || heardNanos.isEmpty()) {
      return grants;
    }
    int share = Math.ceilDiv(free, heardNanos.size());
    for (int dispatcher : heardNanos.keySet()) {
      int grant = Math.min(share, free);
      if (grant > 0) {
        grants.put(dispatcher, grant);
        promised.merge(dispatcher, grant, Integer::sum);
        free -= grant;
      }
    }
    return grants;
  }
}
