package dev.orchestrix.dispatch;

import java.util.LinkedHashMap;
import java.util.Map;

/** The free slots that executors have granted to this dispatcher. Not thread-safe. */
final class Credits {
  private final int local;
  private final Map<Integer, Integer> slots = new LinkedHashMap<>();
  private int total;

  /**
   * @param local the node whose executor is used before all others
   */
  Credits(int local) {
    this.local = local;
  }

  int total() {
    return total;
  }

  void grant(int executor, int more) {
    slots.merge(executor, more, Integer::sum);
    total += more;
  }

  /** An executor that cannot be reached has no slots. */
  void forget(int executor) {
    var had = slots.remove(executor);
    total -= had == null ? 0 : had;
  }

  /**
   * Uses up slots: how many of each executor. What a read brought beyond {@link #total} goes to an
   * executor on credit, whose next slots pay for it.
   */
  Map<Integer, Integer> use(int wanted) {
    var used = new LinkedHashMap<Integer, Integer>();
    int left = take(local, wanted, used);
    for (int executor : Map.copyOf(slots).keySet()) {
      left = take(executor, left, used);
    }
    if (left > 0 && !slots.isEmpty()) {
      int lender = slots.containsKey(local) ? local : slots.keySet().iterator().next();
      used.merge(lender, left, Integer::sum);
      grant(lender, -left);
    }
    return used;
  }

  private int take(int executor, int wanted, Map<Integer, Integer> used) {
    int has = slots.getOrDefault(executor, 0);
    int taken = Math.min(has, wanted);
    if (taken > 0) {
      used.put(executor, taken);
      slots.put(executor, has - taken);
      total -= taken;
    }
    return wanted - taken;
  }
}
