package dev.orchestrix.recover;

import dev.orchestrix.config.Settings;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.outbox.Backlog;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.redis.Abandoned;
import dev.orchestrix.store.Chore;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.transition.TakeBacks;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes back the work of nodes that have died. */
public final class Reaper implements Chore {
  private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
  private static final Rhythm RHYTHM =
      Rhythm.atOnce("reaper", Duration.ofSeconds(2), Duration.ofSeconds(60));
  private static final Duration SILENT = Duration.ofSeconds(60);
  private static final long NEVER = 0;

  private final int node;
  private final Postgres postgres;
  private final TakeBacks takeBacks;
  private final Backlog backlog;
  private final Gates gates;
  private final Meters meters;
  private final Abandoned abandoned;
  private final Duration lease;
  private final Duration heartbeat;

  /** When Postgres began to answer this leader every time, or {@link #NEVER}. */
  private long seenSince = NEVER;

  public Reaper(
      int node,
      Postgres postgres,
      TakeBacks takeBacks,
      Backlog backlog,
      Gates gates,
      Meters meters,
      Abandoned abandoned,
      Settings.Execute settings) {
    this.node = node;
    this.postgres = postgres;
    this.takeBacks = takeBacks;
    this.backlog = backlog;
    this.gates = gates;
    this.meters = meters;
    this.abandoned = abandoned;
    this.lease = settings.lease();
    this.heartbeat = settings.heartbeat();
  }

  @Override
  public Rhythm rhythm() {
    return RHYTHM;
  }

  @Override
  public void standBy() {
    seenSince = NEVER;
  }

  @Override
  public void failed(Throwable error) {
    seenSince = NEVER;
    LOG.warn("the work of dead nodes waits; trying again in {}", RHYTHM.pause(), error);
  }

  @Override
  public Future<?> turn() {
    return backlog
        .sweep()
        .onSuccess(priorities -> priorities.forEach(gates::returned))
        .compose(_ -> select(RecoverSql.DEAD_NODES, Tuple.of(lease.toMillis(), node)))
        .compose(rows -> nodesCouldRenew() ? bury(rows) : Future.succeededFuture())
        .compose(_ -> select(RecoverSql.ORPHANED_LEASES, Tuple.tuple()))
        .compose(this::bury)
        .compose(_ -> forgetConsumers())
        .onSuccess(_ -> seen());
  }

  private void seen() {
    if (seenSince == NEVER) {
      seenSince = System.nanoTime();
    }
  }

  /** Nobody could renew while Postgres was away: the living get the time to do so first. */
  private boolean nodesCouldRenew() {
    return seenSince != NEVER && System.nanoTime() - seenSince >= heartbeat.toNanos();
  }

  private Future<Void> bury(RowSet<Row> dead) {
    Future<Void> chain = Future.succeededFuture();
    for (var row : dead) {
      int id = row.getInteger(0);
      chain = chain.compose(_ -> bury(id));
    }
    return chain;
  }

  private Future<Void> bury(int dead) {
    return takeBacks
        .takeBack(dead, lease)
        .onSuccess(jobs -> LOG.warn("node={} is dead; {} jobs taken back", dead, jobs))
        .onSuccess(_ -> CrashPoint.TAKEN_BACK.reach())
        .mapEmpty();
  }

  /** Redis may be away: what is left there is in nobody's way. */
  private Future<Void> forgetConsumers() {
    return select(RecoverSql.NODES, Tuple.tuple())
        .compose(
            rows -> {
              var alive = new ArrayList<Integer>();
              rows.forEach(row -> alive.add(row.getInteger(0)));
              return abandoned.forgetConsumers(alive, SILENT);
            })
        .onSuccess(removed -> meters.recovered("consumer", removed))
        .onFailure(e -> LOG.debug("readers of dead nodes stay a while: {}", e.getMessage()))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private Future<RowSet<Row>> select(String sql, Tuple parameters) {
    return Postgres.during(
        "find dead nodes", postgres.reads().preparedQuery(sql).execute(parameters));
  }
}
