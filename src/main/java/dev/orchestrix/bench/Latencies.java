package dev.orchestrix.bench;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.HdrHistogram.ConcurrentHistogram;

/** Durations up to a minute, to three digits; longer ones count as a minute. Any thread may add. */
final class Latencies {
  private static final long LONGEST = Duration.ofMinutes(1).toNanos();
  private static final double MILLIS = 1e6;

  // a tenth of a microsecond is the least that is told apart
  private final ConcurrentHistogram histogram = new ConcurrentHistogram(100, LONGEST, 3);

  /** Adds one; clocks that disagree make it negative, and then it counts as zero. */
  void add(long nanos) {
    histogram.recordValue(Math.clamp(nanos, 0, LONGEST));
  }

  long count() {
    return histogram.getTotalCount();
  }

  /** Puts {@code NAME_p50_ms} and so on into {@code row}. */
  void into(JsonObject row, String name) {
    row.put(name + "p50_ms", percentile(50))
        .put(name + "p95_ms", percentile(95))
        .put(name + "p99_ms", percentile(99))
        .put(name + "max_ms", millis(histogram.getMaxValue()));
  }

  /** In milliseconds. */
  double percentile(double percent) {
    return millis(histogram.getValueAtPercentile(percent));
  }

  private static double millis(long nanos) {
    return Math.round(nanos / MILLIS * 1_000) / 1_000.0;
  }
}
