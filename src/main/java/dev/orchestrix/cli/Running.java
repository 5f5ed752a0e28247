package dev.orchestrix.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that runs until it is told to stop, and then stops in order. */
final class Running {

  private static final Logger LOG = LoggerFactory.getLogger(Running.class);

  /** Longer than a graceful stop may take: after it the process ends whatever hangs. */
  private static final long PATIENCE_SECONDS = 120;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicInteger exitCode = new AtomicInteger();
  private volatile boolean signalled;

  /**
   * Runs a process's work. SIGTERM and Ctrl-C end {@link #await} in it, and the JVM waits for the
   * work to end. Work that is stopped half-way through its start may fail for that alone, which is
   * no failure.
   *
   * @return the exit code
   */
  int during(Callable<Integer> work) throws Exception {
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(this::onSignal));
    try {
      return work.call();
    } catch (Exception failed) {
      if (!signalled) {
        throw failed;
      }
      LOG.info("stopped before it was up: {}", failed.toString());
      return 0;
    } finally {
      stopped.countDown();
    }
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

  private void onSignal() {
    signalled = true;
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
