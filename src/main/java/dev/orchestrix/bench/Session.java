package dev.orchestrix.bench;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One run of one scenario: its event loops, its own nodes, its time limit. Used by one thread,
 * which waits here for what the event loops do.
 */
final class Session implements AutoCloseable {
  private final Vertx vertx;
  private final OwnNodes nodes = new OwnNodes();
  private final Duration timeout;
  private final long deadline;
  private final PrintWriter progress;

  /**
   * @param timeout how long the whole run may take
   * @param progress gets a line now and then for a person who waits
   */
  Session(Duration timeout, PrintWriter progress) {
    // one loop for the load and one for what watches it: the servers need the cores more
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    this.timeout = timeout;
    this.deadline = System.nanoTime() + timeout.toNanos();
    this.progress = progress;
  }

  Vertx vertx() {
    return vertx;
  }

  void say(String line) {
    progress.println("bench: " + line);
    progress.flush();
  }

  /** The node that was named, or a new one. */
  Target targetOr(Optional<Target> named) {
    return named.orElseGet(() -> ownNode("node", Map.of()).target());
  }

  /** Starts a node; see {@link OwnNodes#start}. */
  NodeProcess ownNode(String name, Map<String, String> environment) {
    say("starting a node" + describe(environment));
    return nodes.start(name, environment);
  }

  /**
   * Waits for a future; what matters may be only that it did not fail.
   *
   * @param what the sentence "WHAT failed" is the error's
   * @throws BenchException if it failed, or the run's time is up
   */
  @CanIgnoreReturnValue
  <T> T await(String what, Future<T> future) {
    try {
      return future.await(left().toNanos(), TimeUnit.NANOSECONDS);
    } catch (BenchException e) {
      throw e;
    } catch (TimeoutException e) {
      throw new BenchException(what + " was not done when --timeout had passed", e);
    } catch (Exception e) {
      // await rethrows whatever the future failed with, checked or not
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new BenchException(what + " failed: " + e, e);
    }
  }

  /**
   * Does nothing for a while.
   *
   * @throws BenchException if the run's time is up
   */
  void pause(Duration pause) {
    await("Waiting", vertx.timer(pause.toMillis(), TimeUnit.MILLISECONDS));
  }

  @Override
  public void close() {
    try {
      nodes.close();
    } finally {
      vertx.close().await();
    }
  }

  private Duration left() {
    var left = Duration.ofNanos(deadline - System.nanoTime());
    if (!left.isPositive()) {
      throw new BenchException("The run took longer than --timeout, " + timeout);
    }
    return left;
  }

  private static String describe(Map<String, String> environment) {
    return environment.isEmpty() ? "" : " with " + environment;
  }
}
