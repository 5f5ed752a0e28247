package dev.orchestrix.bench;

import java.time.Duration;
import java.util.List;

/** The arithmetic of the reports. */
final class Figures {
  private static final double NANOS = 1e9;

  /** So many things a second; rounded to a tenth. */
  static double perSecond(long count, Duration took) {
    return rounded(count * NANOS / took.toNanos(), 10);
  }

  /** To the millisecond. */
  static double seconds(Duration took) {
    return rounded(took.toNanos() / NANOS, 1_000);
  }

  /** To the thousandth; 0 when there is nothing to divide by. */
  static double ratio(double part, double whole) {
    return whole == 0 ? 0 : rounded(part / whole, 1_000);
  }

  /**
   * Jain's index of fairness: 1 when all are equal, 1/n when one has all; 0 for none.
   *
   * @see <a href="https://arxiv.org/abs/cs/9809099">Jain, Chiu, Hawe: A Quantitative Measure of
   *     Fairness</a>
   */
  static double jain(List<Double> shares) {
    double sum = shares.stream().mapToDouble(it -> it).sum();
    double squares = shares.stream().mapToDouble(it -> it * it).sum();
    return squares == 0 ? 0 : rounded(sum * sum / (shares.size() * squares), 10_000);
  }

  /** The middle one, or the mean of the two in the middle; 0 for none. */
  static double median(List<Double> figures) {
    if (figures.isEmpty()) {
      return 0;
    }
    var sorted = figures.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : rounded((sorted.get(middle - 1) + sorted.get(middle)) / 2, 1_000);
  }

  /** Rounded to a tenth. */
  static double tenths(double figure) {
    return rounded(figure, 10);
  }

  private static double rounded(double figure, int parts) {
    return (double) Math.round(figure * parts) / parts;
  }

  private Figures() {}
}
