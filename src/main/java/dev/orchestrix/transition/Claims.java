package dev.orchestrix.transition;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Batcher;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PENDING to RUNNING: who may run a job is decided here, and nowhere else. */
public final class Claims {
  private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

  /** Assignments that one statement may claim together. */
  private static final int MERGED = 4;

  private static final int WARM_UPS = 20;
  private static final long AGAIN_MILLIS = 1000;

  /** A statement whose connection broke may still run, and commit, for about so long. */
  private static final long LATE_MILLIS = 30_000;

  private static final String UNREGISTERED = "claim for a node whose row is gone";

  private final Vertx vertx;
  private final Postgres postgres;
  private final Meters meters;
  private final int node;
  private final int lanes;
  private final Batcher<List<Delivery>, List<ClaimedJob>> lane;
  private final Set<UUID> asked = ConcurrentHashMap.newKeySet();

  public Claims(
      Vertx vertx, Postgres postgres, Meters meters, Settings.Execute settings, int node) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.meters = meters;
    this.node = node;
    this.lanes = settings.lanes();
    this.lane =
        new Batcher<>(
            vertx, new Batcher.Lane("claim", settings.lanes(), MERGED), meters, this::write);
  }

  /**
   * Claims a job that there is not, on every connection, some times: the first real claims of a
   * node would wait hundreds of milliseconds for connections and code, and begin together what was
   * admitted one after the other.
   */
  public Future<Void> warmUp() {
    return warmUp(WARM_UPS).otherwiseEmpty();
  }

  private Future<Void> warmUp(int rounds) {
    var nobody = new UUID[] {new UUID(0, 0)};
    var claims =
        IntStream.range(0, lanes)
            .mapToObj(
                _ ->
                    postgres
                        .claims()
                        .preparedQuery(TransitionSql.CLAIM)
                        .execute(
                            Tuple.of(
                                nobody, new Integer[] {0}, nobody[0], nobody[0], node, Ids.next())))
            .toList();
    return Future.join(claims)
        .compose(_ -> rounds == 1 ? Future.succeededFuture() : warmUp(rounds - 1));
  }

  /**
   * Claims what is still ready of some entries.
   *
   * @return the jobs that this node may run now, at most one per entry; fails when Postgres did not
   *     answer: none of them may be run, and what was claimed all the same is handed back
   */
  public Future<List<ClaimedJob>> claim(List<Delivery> deliveries) {
    return lane.add(deliveries);
  }

  /** Whether the claim that this lease is of has not been answered. From any thread. */
  public boolean isOpen(UUID lease) {
    return asked.contains(lease);
  }

  private Future<List<List<ClaimedJob>>> write(List<List<Delivery>> parts) {
    var lease = Ids.next();
    asked.add(lease);
    var entries = byId(parts);
    var ids = entries.keySet().toArray(UUID[]::new);
    var attempts =
        Rows.column(List.copyOf(entries.values()), Integer[]::new, one -> one.entry().attempt());
    return Postgres.during(
            "claim jobs",
            postgres
                .claims()
                .preparedQuery(TransitionSql.CLAIM)
                .execute(Tuple.of(ids, attempts, Rows.lowest(ids), Rows.highest(ids), node, lease)))
        .compose(
            rows ->
                gone(rows)
                    ? Future.failedFuture(new EngineException.Unavailable(UNREGISTERED, null))
                    : Future.succeededFuture(parted(parts, claimed(rows, lease, entries))))
        .onComplete(_ -> asked.remove(lease))
        .onFailure(
            _ -> {
              handBack(lease);
              vertx.setTimer(LATE_MILLIS, _ -> handBack(lease));
            });
  }

  private static boolean gone(RowSet<Row> rows) {
    return rows.size() == 1 && rows.iterator().next().getUUID(0) == null;
  }

  private static Map<UUID, Delivery> byId(List<List<Delivery>> parts) {
    var entries = new HashMap<UUID, Delivery>();
    for (var part : parts) {
      for (var delivery : part) {
        entries.merge(delivery.entry().id(), delivery, Claims::later);
      }
    }
    return entries;
  }

  /** A leftover of an earlier attempt may be claimed beside the entry that counts. */
  private static Delivery later(Delivery one, Delivery other) {
    return one.entry().attempt() > other.entry().attempt() ? one : other;
  }

  private static Map<UUID, ClaimedJob> claimed(
      RowSet<Row> rows, UUID leaseId, Map<UUID, Delivery> entries) {
    var lease = new Lease(leaseId, rows.size());
    var jobs = HashMap.<UUID, ClaimedJob>newHashMap(rows.size());
    for (var row : rows) {
      var id = row.getUUID(0);
      var delivery = entries.get(id);
      if (delivery == null) {
        throw new IllegalStateException("claimed a job that nobody asked for: " + id);
      }
      jobs.put(id, job(row, lease, delivery));
    }
    return jobs;
  }

  private static ClaimedJob job(Row row, Lease lease, Delivery delivery) {
    return new ClaimedJob(
        lease,
        delivery,
        delivery.entry().id(),
        row.getInteger(1),
        delivery.entry().tenant(),
        row.getString(2),
        delivery.entry().priority(),
        row.getString(3),
        row.getShort(4),
        row.getString(5),
        row.getString(6),
        row.getLong(7),
        row.getString(8),
        row.getOffsetDateTime(9).toInstant(),
        TimeLeft.of(row.getBoolean(10), row.getLong(11), row.getLong(12)),
        row.getString(13),
        row.getString(14),
        row.getString(15));
  }

  private static List<List<ClaimedJob>> parted(
      List<List<Delivery>> parts, Map<UUID, ClaimedJob> jobs) {
    var answer = new ArrayList<List<ClaimedJob>>(parts.size());
    for (var part : parts) {
      var mine = new ArrayList<ClaimedJob>(part.size());
      for (var delivery : part) {
        var job = jobs.remove(delivery.entry().id());
        if (job != null) {
          mine.add(job);
        }
      }
      answer.add(mine);
    }
    return answer;
  }

  /**
   * The claim may have been committed although its answer was lost: nobody would run those jobs.
   */
  private void handBack(UUID lease) {
    Postgres.during(
            "hand back a doubtful claim",
            postgres.writes().preparedQuery(TransitionSql.HAND_BACK).execute(Tuple.of(lease, node)))
        .onSuccess(rows -> meters.recovered("doubtful_claim", rows.rowCount()))
        .onFailure(
            e -> {
              LOG.warn("lease={} not handed back yet; tried again in {} ms", lease, AGAIN_MILLIS);
              vertx.setTimer(AGAIN_MILLIS, _ -> handBack(lease));
            });
  }
}
