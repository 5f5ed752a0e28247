package dev.orchestrix.transition;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.Cancellation;
import dev.orchestrix.bus.Events;
import dev.orchestrix.bus.JobEvent;
import dev.orchestrix.bus.LaneName;
import dev.orchestrix.bus.LanesMoved;
import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import dev.orchestrix.submit.Displaced;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Whatever is alive to CANCELLED: what waits at once, what runs by asking the node that runs it.
 */
public final class Cancels {
  private final Vertx vertx;
  private final Postgres postgres;
  private final Events events;
  private final Meters meters;

  public Cancels(Vertx vertx, Postgres postgres, Events events, Meters meters) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.events = events;
    this.meters = meters;
  }

  /**
   * Cancels jobs, after the commit.
   *
   * @param requests 1..1000 of them, each for another job
   * @return one answer for each job that exists; fails when Postgres did not answer: then some or
   *     none are cancelled, and asking again does no harm
   */
  public Future<List<CancelAnswer>> cancel(List<CancelRequest> requests) {
    return Postgres.during("cancel jobs", write(postgres.writes(), requests)).map(this::answers);
  }

  /**
   * Cancels jobs for others that take their place, in the transaction of a submission.
   *
   * @param jobs one or more, each once
   * @return tells of it; to be run after the commit. What runs is asked to end even if it is not
   */
  public Future<Runnable> displace(SqlClient connection, List<Displaced> jobs) {
    return write(connection, jobs.stream().map(Cancels::request).toList())
        .map(
            rows ->
                () -> {
                  var _ = answers(rows);
                });
  }

  private static CancelRequest request(Displaced one) {
    return new CancelRequest(
        one.job(), "job " + one.by() + " has taken its concurrency key", CancelRequest.USUAL_GRACE);
  }

  private static Future<RowSet<Row>> write(SqlClient client, List<CancelRequest> requests) {
    var ids = Rows.column(requests, UUID[]::new, CancelRequest::job);
    return client
        .preparedQuery(CancelSql.CANCEL)
        .execute(
            Tuple.of(
                ids,
                Rows.column(requests, String[]::new, CancelRequest::reason),
                Rows.column(requests, Long[]::new, one -> one.grace().toMillis()),
                Rows.lowest(ids),
                Rows.highest(ids)));
  }

  /** What a node was asked to end and has not ended yet, as far as Postgres knows. */
  public Future<List<Cancellation>> asked(int node) {
    return Postgres.during(
            "ask what to cancel",
            postgres.reads().preparedQuery(CancelSql.ASKED).execute(Tuple.of(node)))
        .map(
            rows -> {
              var asked = new ArrayList<Cancellation>(rows.size());
              for (var row : rows) {
                asked.add(
                    new Cancellation(
                        row.getUUID(0),
                        row.getInteger(1),
                        row.getString(2),
                        Duration.ofMillis(row.getLong(3))));
              }
              return asked;
            });
  }

  /**
   * What was asked of nodes that are not there any more.
   *
   * @param most 1..1000
   */
  public Future<List<CancelRequest>> orphaned(int most) {
    return Postgres.during(
            "find cancellations that nobody heeds",
            postgres.reads().preparedQuery(CancelSql.ORPHANED).execute(Tuple.of(most)))
        .map(
            rows -> {
              var orphaned = new ArrayList<CancelRequest>(rows.size());
              for (var row : rows) {
                orphaned.add(
                    new CancelRequest(
                        row.getUUID(0), row.getString(1), Duration.ofMillis(row.getLong(2))));
              }
              return orphaned;
            });
  }

  private List<CancelAnswer> answers(RowSet<Row> rows) {
    var answers = new ArrayList<CancelAnswer>(rows.size());
    var lanes = new ArrayList<LaneName>(0);
    for (var row : rows) {
      var answer =
          new CancelAnswer(
              row.getUUID(0),
              row.getString(1),
              row.getString(2),
              JobState.valueOf(row.getString(3)),
              row.getInteger(4));
      answers.add(answer);
      if (answer.cancelled()) {
        tell(answer, row.getString(6));
        var key = row.getString(8);
        if (key != null) {
          lanes.add(new LaneName(answer.tenant(), key));
        }
      } else if (answer.asked()) {
        ask(answer, row);
      }
    }
    LanesMoved.tell(vertx, lanes);
    return answers;
  }

  private void tell(CancelAnswer answer, String reason) {
    meters.cancelled(answer.tenant(), answer.type(), 1);
    if (events.wanted(answer.tenant())) {
      events.publish(
          new JobEvent(
              answer.job(),
              answer.tenant(),
              answer.type(),
              JobState.CANCELLED,
              answer.before(),
              answer.attempt(),
              Instant.now(),
              ErrorCategory.CANCELLED + ": " + reason));
    }
  }

  private void ask(CancelAnswer answer, Row row) {
    var cancellation =
        new Cancellation(
            answer.job(), answer.attempt(), row.getString(6), Duration.ofMillis(row.getLong(7)));
    vertx.eventBus().send(Addresses.cancel(row.getInteger(5)), cancellation);
  }
}
