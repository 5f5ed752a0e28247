package dev.orchestrix.embedded;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what nobody announces: a server that gets ready, a process that ends. */
final class Waiting {
  private static final long LOOK_EVERY_MILLIS = 4;

  /**
   * Whether the condition came true in time. Not cut short by an interrupt, which is kept for the
   * caller: half a start or half a stop would leave a server behind.
   */
  static boolean until(Duration longest, BooleanSupplier condition) {
    long deadline = System.nanoTime() + longest.toNanos();
    boolean interrupted = false;
    boolean answer = condition.getAsBoolean();
    while (!answer && System.nanoTime() < deadline) {
      interrupted |= !slept();
      answer = condition.getAsBoolean();
    }
    restore(interrupted);
    return answer;
  }

  static void untilEnded(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      interrupted |= !slept();
    }
    restore(interrupted);
  }

  private static boolean slept() {
    try {
      MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
      return true;
    } catch (InterruptedException _) {
      return false;
    }
  }

  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Waiting() {}
}
