package dev.orchestrix.embedded;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that runs on one port until it is stopped: one that ends by itself is started again, at
 * once if it had run for a while.
 */
final class RunningServer {
  private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);
  private static final int PORTS_TRIED = 20;
  private static final long SHORTEST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final long A_WHILE_NANOS = SECONDS.toNanos(5);

  private final Server server;
  private final int port;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile Process process;
  private @Nullable Thread restart;

  private RunningServer(Server server, int port, Process process) {
    this.server = server;
    this.port = port;
    this.process = process;
  }

  /**
   * Starts it on the port of its last run or, if that is taken, on another.
   *
   * @throws EmbeddedException if it does not start; it is not running then
   */
  static RunningServer start(Server server, Ports ports) {
    int port = ports.propose(server.name());
    for (int tried = 0; tried < PORTS_TRIED; tried++, port = Ports.any()) {
      ports.remember(server.name(), port);
      long begin = System.nanoTime();
      var process = server.launch(port);
      if (process.isPresent()) {
        var running = new RunningServer(server, port, process.get());
        running.watch(begin);
        return running;
      }
    }
    throw new EmbeddedException(
        "%d ports in a row were taken by others before %s could have them. Start again."
            .formatted(PORTS_TRIED, server.name()));
  }

  int port() {
    return port;
  }

  /** Of the moment: it changes when the server is started again. */
  ProcessHandle process() {
    return process.toHandle();
  }

  /** Stops it; it has ended on return. */
  void stop() {
    var restarting = noMoreRestarts();
    if (restarting != null) {
      Waiting.untilEnded(restarting);
    }
    server.stop(process.toHandle());
    // it is gone from the machine, but may not be gone for the JVM, which reaps it by itself
    var _ = process.onExit().completeOnTimeout(process, 5, SECONDS).join();
  }

  private synchronized @Nullable Thread noMoreRestarts() {
    stopping.countDown();
    return restart;
  }

  private void watch(long begin) {
    LOG.atInfo()
        .addKeyValue("server", server.name())
        .addKeyValue("pid", process.pid())
        .addKeyValue("port", port)
        .addKeyValue("millis", (System.nanoTime() - begin) / 1_000_000)
        .log("ready");
    long ready = System.nanoTime();
    var _ = process.onExit().thenAccept(ended -> ended(ended, System.nanoTime() - ready));
  }

  private synchronized void ended(Process ended, long ranNanos) {
    if (stopping.getCount() > 0) {
      LOG.atError()
          .addKeyValue("server", server.name())
          .addKeyValue("exit", ended.exitValue())
          .log("ended by itself; calls to it fail until it has been started again");
      long pause = ranNanos > A_WHILE_NANOS ? 0 : SHORTEST_PAUSE_MILLIS;
      restart = Thread.ofVirtual().start(() -> startAgain(pause));
    }
  }

  private void startAgain(long firstPause) {
    long pause = firstPause;
    while (!stoppingWithin(pause) && !startedAgain()) {
      pause = Math.clamp(pause * 2, SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
    }
  }

  private boolean startedAgain() {
    long begin = System.nanoTime();
    try {
      var again = server.launch(port);
      again.ifPresent(
          started -> {
            process = started;
            watch(begin);
          });
      return again.isPresent();
    } catch (EmbeddedException e) {
      LOG.atError()
          .addKeyValue("server", server.name())
          .setCause(e)
          .log("still down; trying again");
      return false;
    }
  }

  private boolean stoppingWithin(long millis) {
    try {
      return stopping.await(millis, MILLISECONDS);
    } catch (InterruptedException _) {
      return true; // nobody has this thread but us, and we do not interrupt it
    }
  }
}
