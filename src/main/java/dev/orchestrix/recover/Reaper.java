package dev.orchestrix.recover;

import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.outbox.Backlog;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.transition.TakeBacks;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes back the work of nodes that have died. */
public final class Reaper extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final int node;
  private final Postgres postgres;
  private final TakeBacks takeBacks;
  private final Backlog backlog;
  private final Gates gates;
  private final Leadership leadership;
  private final Meters meters;
  private final Duration lease;
  private boolean stopping;

  /**
   * @param lease how long a node is believed alive after its last heartbeat
   */
  public Reaper(
      int node,
      Postgres postgres,
      TakeBacks takeBacks,
      Backlog backlog,
      Gates gates,
      Leadership leadership,
      Meters meters,
      Duration lease) {
    this.node = node;
    this.postgres = postgres;
    this.takeBacks = takeBacks;
    this.backlog = backlog;
    this.gates = gates;
    this.leadership = leadership;
    this.meters = meters;
    this.lease = lease;
  }

  @Override
  public Future<?> start() {
    context.runOnContext(_ -> reap());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.succeededFuture();
  }

  private void reap() {
    if (stopping) {
      return;
    }
    var work = leadership.leads() ? pass() : Future.<Void>succeededFuture();
    work.onFailure(
            e -> {
              meters.failure("reaper");
              LOG.warn("the work of dead nodes waits; trying again in {}", PAUSE, e);
            })
        .onComplete(_ -> vertx.setTimer(PAUSE.toMillis(), _ -> reap()));
  }

  private Future<Void> pass() {
    return backlog
        .sweep()
        .onSuccess(priorities -> priorities.forEach(gates::grew))
        .compose(_ -> select(RecoverSql.DEAD_NODES, Tuple.of(lease.toMillis(), node)))
        .compose(rows -> bury(rows, true))
        .compose(_ -> select(RecoverSql.ORPHANED_LEASES, Tuple.tuple()))
        .compose(rows -> bury(rows, false));
  }

  private Future<Void> bury(RowSet<Row> dead, boolean registered) {
    Future<Void> chain = Future.succeededFuture();
    for (var row : dead) {
      int id = row.getInteger(0);
      chain = chain.compose(_ -> bury(id, registered));
    }
    return chain;
  }

  private Future<Void> bury(int dead, boolean registered) {
    return takeBacks
        .takeBack(dead)
        .onSuccess(jobs -> LOG.warn("node={} is dead; {} jobs taken back", dead, jobs))
        .onSuccess(_ -> CrashPoint.TAKEN_BACK.reach())
        .compose(
            _ ->
                registered
                    ? select(RecoverSql.FORGET_NODE, Tuple.of(dead))
                    : Future.succeededFuture())
        .mapEmpty();
  }

  private Future<RowSet<Row>> select(String sql, Tuple parameters) {
    return Postgres.during(
        "find dead nodes", postgres.reads().preparedQuery(sql).execute(parameters));
  }
}
