package dev.orchestrix.core.fair;

import java.util.List;

/**
 * Weighted turns: over many calls each line gets its weight's share of what is handed out, however
 * little is handed out at once. What a call could not divide is carried to the next (the largest
 * remainder method). Not thread-safe.
 */
public final class Turns {
  private final double[] shares;
  private final double[] owed;

  /**
   * @param weights one per line, each 1 or more
   */
  public Turns(List<Integer> weights) {
    double sum = weights.stream().mapToInt(Integer::intValue).sum();
    this.shares = weights.stream().mapToDouble(weight -> weight / sum).toArray();
    this.owed = new double[shares.length];
  }

  /** Divides {@code amount} places, 0 or more; the answer has one number a line and that sum. */
  public int[] divide(int amount) {
    var turns = new int[shares.length];
    int left = amount;
    for (int i = 0; i < shares.length; i++) {
      owed[i] += shares[i] * amount;
      turns[i] = Math.max(0, Math.min(left, (int) owed[i]));
      owed[i] -= turns[i];
      left -= turns[i];
    }
    for (; left > 0; left--) {
      int most = mostOwed();
      turns[most]++;
      owed[most]--;
    }
    return turns;
  }

  private int mostOwed() {
    int most = 0;
    for (int i = 1; i < owed.length; i++) {
      if (owed[i] > owed[most]) {
        most = i;
      }
    }
    return most;
  }
}
