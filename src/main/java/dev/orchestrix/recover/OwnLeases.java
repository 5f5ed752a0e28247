package dev.orchestrix.recover;

import dev.orchestrix.core.job.Priority;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.store.Chore;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.transition.Mending;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what the leases of this node say that it runs with what it runs, and gives back what it
 * does not know: while the node lives, nobody else would take it for lost.
 */
public final class OwnLeases implements Chore {
  private static final Logger LOG = LoggerFactory.getLogger(OwnLeases.class);
  private static final int LEASES = 200;

  private final int node;
  private final Postgres postgres;
  private final Mending mending;
  private final Knowing knowing;
  private final Gates gates;
  private final Meters meters;
  private final Rhythm rhythm;
  private final Set<Mending.Found> suspects = new HashSet<>();
  private UUID lease = Checkup.BEGINNING;

  /** What this node knows to be its own. Asked from any thread. */
  public interface Knowing {
    boolean knows(UUID lease, UUID job, int attempt);
  }

  /**
   * @param pause between two turns; what is unknown in two of them is given back, so it has to be
   *     longer than the way of an answer from Postgres to what runs
   */
  public OwnLeases(
      int node,
      Postgres postgres,
      Mending mending,
      Knowing knowing,
      Gates gates,
      Meters meters,
      Duration pause) {
    this.node = node;
    this.postgres = postgres;
    this.mending = mending;
    this.knowing = knowing;
    this.gates = gates;
    this.meters = meters;
    this.rhythm = Rhythm.later("own_leases", pause, Duration.ofSeconds(60));
  }

  @Override
  public Rhythm rhythm() {
    return rhythm;
  }

  @Override
  public Future<?> turn() {
    return again().compose(_ -> next());
  }

  @Override
  public void failed(Throwable error) {
    suspects.clear();
    LOG.warn("own leases not compared; again in {}: {}", rhythm.pause(), error.getMessage());
  }

  /** Looks at the next leases: whatever of them is unknown may be on its way. */
  private Future<Void> next() {
    return read(AuditSql.OWN_LEASES, Tuple.of(node, lease, LEASES))
        .map(
            rows -> {
              suspects.addAll(unknown(rows));
              lease = end(rows);
              return null;
            });
  }

  /** Looks once more at what was unknown a turn ago. */
  private Future<Void> again() {
    if (suspects.isEmpty()) {
      return Future.succeededFuture();
    }
    var before = Set.copyOf(suspects);
    suspects.clear();
    var jobs = before.stream().map(Mending.Found::job).toArray(UUID[]::new);
    return read(AuditSql.OWN_JOBS, Tuple.of(node, (Object) jobs))
        .compose(
            rows -> {
              var lost = unknown(rows);
              lost.retainAll(before);
              return lost.isEmpty() ? Future.succeededFuture() : giveUp(List.copyOf(lost));
            });
  }

  private Future<Void> giveUp(List<Mending.Found> lost) {
    return mending
        .giveUp(node, lost)
        .onSuccess(
            count -> {
              if (count > 0) {
                tell(lost, count);
              }
            })
        .mapEmpty();
  }

  private void tell(List<Mending.Found> lost, int count) {
    var invariant = Invariant.RUNNING_IS_KNOWN;
    for (var one : lost) {
      meters.violation(invariant.label());
      LOG.atError()
          .addKeyValue("invariant", invariant.label())
          .addKeyValue("id", one.job())
          .addKeyValue("attempt", one.attempt())
          .log("{}: {}", invariant.finding(), invariant.mended());
    }
    meters.recovered(invariant.label(), count);
    Arrays.stream(Priority.values()).forEach(gates::returned);
  }

  private Set<Mending.Found> unknown(RowSet<Row> rows) {
    var unknown = new HashSet<Mending.Found>();
    for (var row : rows) {
      var job = row.getUUID(1);
      if (job != null && !knowing.knows(row.getUUID(0), job, row.getInteger(2))) {
        unknown.add(new Mending.Found(job, row.getInteger(2)));
      }
    }
    return unknown;
  }

  /** After which lease to go on; behind the last one from the beginning. */
  private static UUID end(RowSet<Row> rows) {
    var seen = new HashSet<UUID>();
    var last = Checkup.BEGINNING;
    for (var row : rows) {
      last = row.getUUID(0);
      seen.add(last);
    }
    return seen.size() < LEASES ? Checkup.BEGINNING : last;
  }

  private Future<RowSet<Row>> read(String sql, Tuple parameters) {
    return Postgres.during(
        "compare own leases", postgres.reads().preparedQuery(sql).execute(parameters));
  }
}
