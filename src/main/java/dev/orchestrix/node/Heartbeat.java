package dev.orchestrix.node;

import dev.orchestrix.config.Settings;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.NodeLease;
import dev.orchestrix.store.PlainConnection;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the node's lease from a thread and over a connection of its own: a busy event loop or a
 * full pool is not the death of a node.
 */
final class Heartbeat implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration LONGEST_AGAIN = Duration.ofSeconds(1);

  private final URI url;
  private final int node;
  private final Duration every;
  private final NodeLease lease;
  private final LoopPulse pulse;
  private final Meters meters;
  private final Runnable onGone;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable Connection connection;
  private boolean complained;

  /**
   * @param onGone called once, on the heart's thread, when the node's row is not there any more
   */
  Heartbeat(
      Settings settings,
      int node,
      NodeLease lease,
      LoopPulse pulse,
      Meters meters,
      Runnable onGone) {
    this.url = settings.postgres().url();
    this.node = node;
    this.every = settings.execute().heartbeat();
    this.lease = lease;
    this.pulse = pulse;
    this.meters = meters;
    this.onGone = onGone;
  }

  /** Begins to beat; the first time at once. */
  void start() {
    Thread.ofPlatform().daemon().name("heartbeat-" + node).start(this);
  }

  /** Beats no more; one that is on its way may still arrive. */
  void stop() {
    stopping.countDown();
  }

  @Override
  public void run() {
    var pause = Duration.ZERO;
    while (!stoppingWithin(pause)) {
      pause = beat() ? every : again();
    }
    disconnect();
  }

  /** Soon, and not all nodes at the same time. */
  private Duration again() {
    long most = Math.min(every.toMillis(), LONGEST_AGAIN.toMillis());
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
  }

  private boolean beat() {
    if (pulse.stuck()) {
      complain("its event loops have been stuck for long; others are to take its work", null);
      return false;
    }
    long sent = System.nanoTime();
    try {
      if (renew() == 1) {
        lease.renewed(sent);
        complained = false;
      } else {
        stopping.countDown();
        onGone.run();
      }
      return true;
    } catch (SQLException failed) {
      disconnect();
      complain("postgres did not answer", failed);
      return false;
    }
  }

  private int renew() throws SQLException {
    var open = connection;
    if (open == null) {
      open = connect();
      connection = open;
    }
    try (var statement = open.prepareStatement(NodeSql.HEARTBEAT)) {
      statement.setInt(1, node);
      return statement.executeUpdate();
    }
  }

  /** Every wait of this connection, from the look-up of the host's name on, has a limit. */
  private Connection connect() throws SQLException {
    var seconds = Long.toString(Math.max(1, every.toSeconds()));
    var made =
        PlainConnection.open(
            url,
            "orchestrix heartbeat",
            Map.of(
                "loginTimeout", seconds,
                "connectTimeout", seconds,
                "socketTimeout", seconds,
                "tcpKeepAlive", "true",
                "options", "-c synchronous_commit=off -c statement_timeout=" + every.toMillis()));
    made.setNetworkTimeout(Runnable::run, (int) Math.max(500, every.toMillis()));
    return made;
  }

  private void disconnect() {
    var open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException broken) {
        LOG.debug("closing a connection that is broken already", broken);
      }
    }
  }

  private void complain(String why, @Nullable SQLException failed) {
    meters.failure("heartbeat");
    if (!complained) {
      complained = true;
      LOG.atWarn()
          .addKeyValue("node", node)
          .setCause(failed)
          .log(
              "lease not renewed, {}; it is tried again, and lapses after {}",
              why,
              lease.trusted());
    }
  }

  private boolean stoppingWithin(Duration pause) {
    try {
      return stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      return true; // nobody has this thread but us, and we do not interrupt it
    }
  }
}
