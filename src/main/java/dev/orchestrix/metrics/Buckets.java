package dev.orchestrix.metrics;

import java.time.Duration;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Upper bounds of the histograms: fine where people look, coarse towards the hour. */
final class Buckets {
  static final Duration[] DURATION =
      Stream.concat(
              millis(1, 2, 5, 10, 20, 50, 100, 200, 500),
              seconds(1, 2, 5, 10, 30, 60, 300, 900, 3600))
          .toArray(Duration[]::new);

  static final Duration[] QUEUE_LATENCY =
      Stream.concat(Stream.of(Duration.ofNanos(500_000)), Stream.of(DURATION))
          .toArray(Duration[]::new);

  private static Stream<Duration> millis(long... bounds) {
    return LongStream.of(bounds).mapToObj(Duration::ofMillis);
  }

  private static Stream<Duration> seconds(long... bounds) {
    return LongStream.of(bounds).mapToObj(Duration::ofSeconds);
  }

  private Buckets() {}
}
