package dev.orchestrix.dispatch;

import java.util.LinkedHashMap;
import java.util.Map;

/** How many jobs this dispatcher may still send to each executor. Not thread-safe. */
final class Credits {

  private static final class Account {
    private long sent;
    private long limit;

    int open() {
      return (int) Math.max(0, limit - sent);
    }
  }

  private final int local;
  private final Map<Integer, Account> accounts = new LinkedHashMap<>();

  /**
   * @param local the node whose executor is used before all others
   */
  Credits(int local) {
    this.local = local;
  }

  int total() {
    int total = 0;
    for (var account : accounts.values()) {
      total += account.open();
    }
    return total;
  }

  /** An executor has said how many jobs it takes in all. */
  void grant(int executor, long limit) {
    accounts.computeIfAbsent(executor, _ -> new Account()).limit = limit;
  }

  /** How many jobs were sent to an executor in all; goes into each assignment. */
  long sent(int executor) {
    var account = accounts.get(executor);
    return account == null ? 0 : account.sent;
  }

  /** An executor that cannot be reached takes nothing. */
  void forget(int executor) {
    var account = accounts.get(executor);
    if (account != null) {
      account.limit = account.sent;
    }
  }

  /** Jobs that were sent have not arrived, as far as anybody knows: others may go instead. */
  void unsent(int executor, int jobs) {
    var account = accounts.get(executor);
    if (account != null) {
      account.sent -= jobs;
    }
  }

  /**
   * Uses up credits: how many of each executor.
   *
   * @param wanted 0..{@link #total}
   */
  Map<Integer, Integer> use(int wanted) {
    var used = new LinkedHashMap<Integer, Integer>();
    int left = take(local, wanted, used);
    for (int executor : accounts.keySet()) {
      left = take(executor, left, used);
    }
    return used;
  }

  private int take(int executor, int wanted, Map<Integer, Integer> used) {
    var account = accounts.get(executor);
    int taken = account == null ? 0 : Math.min(account.open(), wanted);
    if (account != null && taken > 0) {
      account.sent += taken;
      used.merge(executor, taken, Integer::sum);
    }
    return wanted - taken;
  }
}
