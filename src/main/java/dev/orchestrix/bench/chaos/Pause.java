package dev.orchestrix.bench.chaos;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for a time, or for what nobody announces. */
final class Pause {
  private static final Duration LOOK_EVERY = Duration.ofMillis(25);

  /** Returns after the pause, at once if it is not positive. */
  static void of(Duration pause) {
    if (!pause.isPositive()) {
      return;
    }
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChaosException("Interrupted", e);
    }
  }

  /** Returns at a moment of {@link System#nanoTime}. */
  static void until(long nanos) {
    of(Duration.ofNanos(nanos - System.nanoTime()));
  }

  /** Whether the condition came true in time. */
  static boolean until(Duration longest, BooleanSupplier condition) {
    long end = System.nanoTime() + longest.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      of(LOOK_EVERY);
    }
    return true;
  }

  private Pause() {}
}
