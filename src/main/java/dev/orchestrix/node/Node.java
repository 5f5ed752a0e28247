package dev.orchestrix.node;

import dev.orchestrix.config.Settings;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node of the cluster, from start to stop. */
public final class Node {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

  private final Parts parts;
  private final Settings settings;

  private Node(Parts parts, Settings settings) {
    this.parts = parts;
    this.settings = settings;
  }

  /**
   * Starts a node; the schema must be there.
   *
   * @return when it is ready to serve all of its roles
   * @throws NodeException if it cannot, for instance because a port is taken; nothing of it runs
   *     then
   */
  public static Node start(Settings settings) {
    return start(settings, () -> {});
  }

  /**
   * The same, for a process that must end when the cluster takes this node for dead.
   *
   * @param onFenced called once, from any thread, when others have taken its work back
   */
  public static Node start(Settings settings, Runnable onFenced) {
    var cluster = await("join the cluster", Cluster.join(settings.cluster()), START_PATIENCE);
    var assembly = new Assembly(cluster, settings, onFenced);
    try {
      var parts = await("start the node", assembly.start(), START_PATIENCE);
      LOG.info("node={} ready roles={}", parts.node(), settings.roles());
      return new Node(parts, settings);
    } catch (NodeException failed) {
      quietly("stop what had started", cluster.vertx().close());
      throw failed;
    }
  }

  /** The port that HTTP is served on, or 0 without that role. */
  public int httpPort() {
    return parts.httpPort();
  }

  /** The number of this node in the cluster. */
  public int number() {
    return parts.node();
  }

  /**
   * Stops in order: no more requests, no more reads from the streams, running jobs end or are
   * handed back, the lease is given up last. Blocks until then.
   */
  public void stop() {
    var patience = settings.shutdown().grace().plus(STOP_PATIENCE);
    quietly("stop the node", parts.stop().timeout(patience.toMillis(), TimeUnit.MILLISECONDS));
    quietly("leave the cluster", parts.vertx().close());
    LOG.info("node={} stopped", parts.node());
  }

  private static void quietly(String what, Future<?> future) {
    try {
      var _ = await(what, future, STOP_PATIENCE.multipliedBy(4));
    } catch (NodeException failed) {
      LOG.warn("{}; what it left is taken back by other nodes", failed.getMessage(), failed);
    }
  }

  private static <T> T await(String what, Future<T> future, Duration patience) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new NodeException("interrupted: could not " + what, stopped);
    } catch (TimeoutException late) {
      throw new NodeException("could not " + what + " within " + patience, late);
    } catch (java.util.concurrent.ExecutionException failed) {
      var cause = failed.getCause() == null ? failed : failed.getCause();
      throw new NodeException("could not " + what + ": " + cause.getMessage(), cause);
    }
  }
}
