package dev.orchestrix.bench;

import dev.orchestrix.core.limit.RateLimit;
import java.util.Arrays;

/** How starts under a rate keep to it in windows of every place. */
public final class RateWindows {
  private static final double MICROS = 1e6;

  private final long[] starts;
  private final double rate;
  private final int burst;

  /**
   * @param starts when jobs started, in microseconds, in any order
   */
  public RateWindows(long[] starts, RateLimit limit) {
    this.starts = starts.clone();
    Arrays.sort(this.starts);
    this.rate = limit.rate();
    this.burst = limit.burst();
  }

  /**
   * By how many jobs the worst window of that length is above burst + rate x t: zero or less if the
   * limit holds.
   */
  public double overshoot(double seconds) {
    long length = Math.round(seconds * MICROS);
    long at = crowded(seconds);
    long most = Arrays.stream(starts).filter(it -> it >= at && it - at < length).count();
    return starts.length == 0 ? 0 : most - burst - rate * seconds;
  }

  /** When the worst window of that length begins, in microseconds; 0 without any start. */
  public long crowded(double seconds) {
    long length = Math.round(seconds * MICROS);
    int most = 0;
    long at = 0;
    for (int from = 0, to = 0; from < starts.length; from++) {
      while (to < starts.length && starts[to] - starts[from] < length) {
        to++;
      }
      if (to - from > most) {
        most = to - from;
        at = starts[from];
      }
    }
    return at;
  }

  /**
   * What the worst window of that length between two moments has of rate x t, where there was work
   * all the time. Jobs are whole: a window of any place may have one less than its rate says and
   * lack nothing.
   *
   * @return 0 to 1; 1 when no window fits
   */
  public double fulfilment(double seconds, long fromMicros, long toMicros) {
    long length = Math.round(seconds * MICROS);
    double least = 1;
    for (long begin = fromMicros; begin + length <= toMicros; begin = next(begin)) {
      int count = index(begin + length) - index(begin);
      least = Math.min(least, (count + 1) / (rate * seconds));
    }
    return least;
  }

  /** A window has the least just behind a start. */
  private long next(long begin) {
    int index = index(begin);
    return index == starts.length ? Long.MAX_VALUE / 2 : starts[index] + 1;
  }

  /** How many started before a moment. */
  private int index(long micros) {
    int found = Arrays.binarySearch(starts, micros);
    if (found < 0) {
      return -found - 1;
    }
    while (found > 0 && starts[found - 1] == micros) {
      found--;
    }
    return found;
  }
}
