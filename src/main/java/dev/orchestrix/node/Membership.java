package dev.orchestrix.node;

import dev.orchestrix.config.Settings;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node's row in Postgres: its number, and the proof that it is alive. */
final class Membership {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  private final Vertx vertx;
  private final Postgres postgres;
  private final Meters meters;
  private final int node;
  private final Duration heartbeat;
  private final Duration lease;
  private final Runnable onFenced;
  private volatile long renewedNanos = System.nanoTime();
  private volatile boolean stopped;

  private Membership(
      Vertx vertx,
      Postgres postgres,
      Meters meters,
      int node,
      Settings.Execute settings,
      Runnable onFenced) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.meters = meters;
    this.node = node;
    this.heartbeat = settings.heartbeat();
    this.lease = settings.lease();
    this.onFenced = onFenced;
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
      Settings.Execute settings,
      Runnable onFenced) {
    var membership = new Membership(vertx, postgres, meters, node, settings, onFenced);
    membership.beatLater();
    return membership;
  }

  /** Whether the lease still stands as far as this node can know. */
  boolean renewed() {
    return System.nanoTime() - renewedNanos < lease.toNanos();
  }

  /** Stops renewing and unregisters. */
  Future<Void> leave() {
    stopped = true;
    return Postgres.during(
            "unregister the node",
            postgres.writes().preparedQuery(NodeSql.LEAVE).execute(Tuple.of(node)))
        .mapEmpty();
  }

  private void beatLater() {
    vertx.setTimer(
        heartbeat.toMillis(),
        _ -> {
          if (!stopped) {
            beat();
          }
        });
  }

  private void beat() {
    long sent = System.nanoTime();
    Postgres.during(
            "renew the node's lease",
            postgres.writes().preparedQuery(NodeSql.HEARTBEAT).execute(Tuple.of(node)))
        .onSuccess(
            rows -> {
              if (rows.rowCount() == 1) {
                renewedNanos = sent;
              } else {
                fenced("its row is gone: others have taken its work back");
              }
            })
        .onFailure(
            e -> {
              meters.failure("heartbeat");
              LOG.warn("node={} not renewed: {}", node, e.getMessage());
              if (!renewed()) {
                LOG.error("node={} has had no lease for a while; others may run its jobs", node);
              }
            })
        .onComplete(_ -> beatLater());
  }

  private void fenced(String why) {
    if (!stopped) {
      stopped = true;
      meters.violation("node_fenced");
      LOG.error("node={} is fenced, {}; it stops", node, why);
      onFenced.run();
    }
  }
}
