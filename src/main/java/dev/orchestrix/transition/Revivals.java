package dev.orchestrix.transition;

import dev.orchestrix.bus.Events;
import dev.orchestrix.bus.JobEvent;
import dev.orchestrix.bus.LaneName;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** FAILED to PENDING by somebody's command, and back when that is undone. */
public final class Revivals {
  private final Postgres postgres;
  private final Gates gates;
  private final Events events;
  private final Meters meters;

  public Revivals(Postgres postgres, Gates gates, Events events, Meters meters) {
    this.postgres = postgres;
    this.gates = gates;
    this.events = events;
    this.meters = meters;
  }

  /** A failed job as somebody has seen it. */
  public record Failed(UUID id, int attempt) {}

  /** A job that was moved. */
  public record Revived(UUID id, String tenant, String type, Priority priority, int attempt) {}

  /**
   * The next step of a redrive.
   *
   * @param before where it is, or null at its beginning
   * @param after where it is then
   * @param jobs of its tenant, 0..1000; those that are not failed any more are left alone
   */
  public record Step(
      UUID redrive, String tenant, @Nullable UUID before, UUID after, List<Failed> jobs) {}

  /**
   * Makes a failed job ready again.
   *
   * @param payload JSON text to run it with from now on, or null for its own
   * @return nothing when it is not in FAILED with that attempt any more: somebody else was first.
   *     After a failure the job is as it was, or ready; its state tells
   */
  public Future<Optional<Revived>> retry(Failed job, @Nullable String payload) {
    return run("retry a failed job", RevivalSql.RETRY, Tuple.of(job.id(), job.attempt(), payload))
        .map(
            rows -> {
              revived(rows);
              return rows.stream().findFirst().map(Revivals::job);
            });
  }

  /**
   * Makes the jobs of one step ready and moves the redrive's place.
   *
   * @return how many; none when the redrive has ended or is not at that place any more
   */
  public Future<Integer> redrive(Step step) {
    var ids = Rows.column(step.jobs(), UUID[]::new, Failed::id);
    var attempts = Rows.column(step.jobs(), Integer[]::new, Failed::attempt);
    boolean none = ids.length == 0;
    var parameters =
        Tuple.of(step.redrive(), step.before(), step.after(), step.tenant(), ids, attempts)
            .addUUID(none ? step.after() : Rows.lowest(ids))
            .addUUID(none ? step.after() : Rows.highest(ids));
    return run("redrive dead letters", RevivalSql.REDRIVE, parameters)
        .map(
            rows -> {
              revived(rows);
              return rows.size();
            });
  }

  /**
   * Fails jobs again that a redrive has made ready and nobody has claimed since.
   *
   * @param jobs one or more of its jobs
   * @return how many
   */
  public Future<Integer> undo(UUID redrive, List<UUID> jobs) {
    var ids = jobs.toArray(UUID[]::new);
    return run(
            "undo a redrive",
            RevivalSql.UNDO,
            Tuple.of(redrive, ids, Rows.lowest(ids), Rows.highest(ids)))
        .map(
            rows -> {
              rows.forEach(row -> publish(job(row), JobState.FAILED, JobState.PENDING));
              return rows.size();
            });
  }

  private void revived(RowSet<Row> rows) {
    var grown = EnumSet.noneOf(Priority.class);
    var lanes = new ArrayList<LaneName>(0);
    for (var row : rows) {
      var job = job(row);
      var key = row.getString(5);
      if (key == null) {
        grown.add(job.priority());
      } else {
        lanes.add(new LaneName(job.tenant(), key));
      }
      meters.revived(job.tenant(), job.type(), 1);
      publish(job, JobState.PENDING, JobState.FAILED);
    }
    grown.forEach(gates::returned);
    gates.moved(lanes);
  }

  private void publish(Revived job, JobState state, JobState previous) {
    if (events.wanted(job.tenant())) {
      events.publish(
          new JobEvent(
              job.id(),
              job.tenant(),
              job.type(),
              state,
              previous,
              job.attempt(),
              Instant.now(),
              state == JobState.FAILED ? "its redrive was undone" : null));
    }
  }

  private static Revived job(Row row) {
    return new Revived(
        row.getUUID(0),
        row.getString(1),
        row.getString(2),
        Priority.ofCode(row.getShort(3)),
        row.getInteger(4));
  }

  private Future<RowSet<Row>> run(String operation, String sql, Tuple parameters) {
    return Postgres.during(operation, postgres.writes().preparedQuery(sql).execute(parameters));
  }
}
