package dev.orchestrix.handler;

import java.time.Duration;
import java.time.Instant;

/**
 * When a handler ends its attempt by itself: one second after the deadline. Whoever runs it ends it
 * at the deadline and reports a timeout, which a handler that came first would turn into an
 * ordinary failure.
 */
final class Overtime {
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** Milliseconds until then, 0 if it has passed. */
  static long millisLeft(Instant deadline) {
    return Math.max(0, Duration.between(Instant.now(), deadline.plus(GRACE)).toMillis());
  }

  private Overtime() {}
}
