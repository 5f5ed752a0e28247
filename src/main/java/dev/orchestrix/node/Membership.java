package dev.orchestrix.node;

import dev.orchestrix.config.Settings;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.NodeLease;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.lang.management.ManagementFactory;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node's row in Postgres: its number, and the proof that it is alive. */
final class Membership {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  private final Postgres postgres;
  private final Meters meters;
  private final int node;
  private final NodeLease lease;
  private final Runnable onFenced;
  private final LoopPulse pulse;
  private final Heartbeat heartbeat;
  private final LeaseWatch watch;
  private volatile boolean stopped;

  private Membership(
      Vertx vertx,
      Postgres postgres,
      Meters meters,
      int node,
      NodeLease lease,
      Settings settings,
      Runnable onFenced) {
    this.postgres = postgres;
    this.meters = meters;
    this.node = node;
    this.lease = lease;
    this.onFenced = onFenced;
    this.pulse = LoopPulse.of(vertx, Cluster.LOOPS, settings.execute().lease());
    this.heartbeat = new Heartbeat(settings, node, lease, pulse, meters, this::gone);
    this.watch = new LeaseWatch(node, lease, meters);
  }

  /**
   * Registers this process.
   *
   * @return the node's number, which no other process has had or will have
   */
  static Future<Integer> join(Postgres postgres, Settings settings) {
    var roles =
        settings.roles().stream()
            .map(role -> role.name().toLowerCase(java.util.Locale.ROOT))
            .sorted()
            .collect(Collectors.joining(","));
    return Postgres.during(
            "register the node",
            postgres
                .writes()
                .preparedQuery(NodeSql.JOIN)
                .execute(Tuple.of(ManagementFactory.getRuntimeMXBean().getName(), roles)))
        .map(rows -> rows.iterator().next().getInteger(0));
  }

  /**
   * Keeps the node's lease.
   *
   * @param onFenced called once when others have taken this node for dead
   */
  static Membership keep(
      Vertx vertx,
      Postgres postgres,
      Meters meters,
      int node,
      NodeLease lease,
      Settings settings,
      Runnable onFenced) {
    var membership = new Membership(vertx, postgres, meters, node, lease, settings, onFenced);
    membership.heartbeat.start();
    membership.watch.start();
    return membership;
  }

  /** Whether the node counts on its lease. */
  boolean stands() {
    return lease.stands();
  }

  /** Stops renewing and unregisters. */
  Future<Void> leave() {
    stopped = true;
    heartbeat.stop();
    watch.stop();
    pulse.stop();
    return Postgres.during(
            "unregister the node",
            postgres.writes().preparedQuery(NodeSql.LEAVE).execute(Tuple.of(node)))
        .mapEmpty();
  }

  private void gone() {
    if (!stopped) {
      stopped = true;
      lease.lose();
      meters.violation("node_fenced");
      LOG.error("node={} is fenced, its row is gone: others have its work now; it stops", node);
      onFenced.run();
    }
  }
}
