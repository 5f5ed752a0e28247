package dev.orchestrix.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A process that runs until it is told to stop, and then stops in order. */
final class Running {

  /** Longer than a graceful stop may take: after it the process ends whatever hangs. */
  private static final long PATIENCE_SECONDS = 120;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicInteger exitCode = new AtomicInteger();

  /** From now on SIGTERM and Ctrl-C end {@link #await}, and the JVM waits for {@link #stopped}. */
  void watchSignals() {
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(this::onSignal));
  }

  /** Ends {@link #await} from inside, for instance because the node was fenced. */
  void stop(int code) {
    exitCode.set(code);
    asked.countDown();
  }

  /** Blocks until somebody wants the process to stop; the exit code. */
  int await() throws InterruptedException {
    asked.await();
    return exitCode.get();
  }

  /** Everything is down; the JVM may end. */
  void stopped() {
    stopped.countDown();
  }

  private void onSignal() {
    asked.countDown();
    try {
      if (!stopped.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("orchestrix: not stopped within " + PATIENCE_SECONDS + " s; ending now");
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
