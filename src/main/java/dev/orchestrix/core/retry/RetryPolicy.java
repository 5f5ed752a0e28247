package dev.orchestrix.core.retry;

import java.time.Duration;

/**
 * How often a job is tried and how long it waits in between.
 *
 * @param maxAttempts counted attempts in all, 1..1000
 * @param kind how the wait grows
 * @param initial the first wait, 0 to 7 days
 * @param max the longest wait before jitter, {@code initial} to 7 days
 * @param multiplier growth of the exponential wait, 1..100; other kinds ignore it
 * @param jitter share of the wait that is left to chance, 0 (none) to 1 (all of it)
 */
public record RetryPolicy(
    int maxAttempts, Kind kind, Duration initial, Duration max, double multiplier, double jitter) {

  /** Three attempts, one second, doubled, with a fifth of it left to chance. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(3, Kind.EXPONENTIAL, Duration.ofSeconds(1), Duration.ofMinutes(10), 2, 0.2);

  /** {@code initial} every time; {@code initial x n}; {@code initial x multiplier^(n-1)}. */
  public enum Kind {
    FIXED,
    LINEAR,
    EXPONENTIAL
  }

  /**
   * The wait after the n-th failure: capped first, then shortened by chance, so that jitter never
   * exceeds the cap and jobs that failed together do not come back together.
   *
   * @param failures how many counted attempts have failed, 1 or more
   * @param chance a uniform number in [0, 1)
   * @see <a
   *     href="https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/">
   *     Timeouts, retries, and backoff with jitter</a>
   */
  public Duration delay(int failures, double chance) {
    double first = (double) initial.toMillis();
    double grown =
        switch (kind) {
          case FIXED -> first;
          case LINEAR -> first * failures;
          case EXPONENTIAL -> first * Math.pow(multiplier, failures - 1.0);
        };
    double capped = Math.min(grown, (double) max.toMillis());
    return Duration.ofMillis(Math.round(capped * (1 - jitter * chance)));
  }
}
