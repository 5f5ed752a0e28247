package dev.orchestrix.submit;

import dev.orchestrix.bus.LanesMoved;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Batcher;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Submissions that other jobs decide about: those with a key, those of which there is to be only
 * one, and those that share slots with others. They go through a lane of their own, because they
 * take several statements.
 */
final class KeyedSubmissions {
  private final Vertx vertx;
  private final Postgres postgres;
  private final SoonTimers timers;
  private final Meters meters;
  private final BiFunction<SqlClient, List<NewJob>, Future<Written>> insert;
  private final Duration keep;
  private final Lanes lanes;
  private final Batcher<NewJob, Submitted> lane;

  /** One batch after the other: jobs with a concurrency key keep the order in which they came. */
  private final Batcher<NewJob, Submitted> ordered;

  /**
   * @param insert writes jobs on a connection
   */
  KeyedSubmissions(
      Vertx vertx,
      Postgres postgres,
      SoonTimers timers,
      Meters meters,
      BiFunction<SqlClient, List<NewJob>, Future<Written>> insert,
      Lanes lanes,
      Settings.Idempotency idempotency,
      Settings.Submit settings) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.timers = timers;
    this.meters = meters;
    this.insert = insert;
    this.lanes = lanes;
    this.keep = idempotency.keep();
    int size = settings.groupCommit() ? settings.batch() : 1;
    this.lane =
        new Batcher<>(
            vertx, new Batcher.Lane("keyed", settings.lanes(), size), meters, this::write);
    this.ordered = new Batcher<>(vertx, new Batcher.Lane("ordered", 1, size), meters, this::write);
  }

  /** As {@link Submissions#submit}. */
  Future<Submitted> submit(NewJob job) {
    return (job.throttle().concurrencyKey() == null ? lane : ordered).add(job);
  }

  private Future<List<Submitted>> write(List<NewJob> jobs) {
    var batch = new KeyedBatch(jobs);
    return Postgres.during(
            "write keyed submissions",
            postgres.writes().withTransaction(connection -> write(connection, batch)))
        .map(
            written -> {
              written.run();
              return answers(batch);
            })
        .recover(
            failure ->
                failure.getCause() instanceof ClosedTenants closed
                    ? Written.others(jobs, closed.tenants, this::write)
                    : Future.failedFuture(failure));
  }

  private List<Submitted> answers(KeyedBatch batch) {
    var answers = batch.answers();
    answers.forEach(this::count);
    return answers;
  }

  /** Rolls back what was written before it turned out that a tenant takes no jobs any more. */
  private static final class ClosedTenants extends RuntimeException {
    private final transient Set<String> tenants;

    private ClosedTenants(Set<String> tenants) {
      super("tenants are leaving or gone", null, false, false);
      this.tenants = tenants;
    }
  }

  private Future<Runnable> write(SqlClient connection, KeyedBatch batch) {
    var transaction = new KeyedTransaction(connection, batch, keep, lanes);
    return transaction
        .run()
        .compose(_ -> insert.apply(connection, List.copyOf(batch.made())))
        .compose(written -> open(connection, batch, written))
        .compose(
            written ->
                transaction
                    .enterLanes()
                    .map(
                        displaced ->
                            () -> {
                              written.then().run();
                              displaced.run();
                              LanesMoved.tell(vertx, transaction.entered());
                              timers.arm(transaction.moved());
                            }));
  }

  /**
   * Where a submission makes no job, its keys are written without anybody asking for its tenant.
   */
  private Future<Written> open(SqlClient connection, KeyedBatch batch, Written written) {
    if (!written.closed().isEmpty()) {
      return Future.failedFuture(new ClosedTenants(written.closed()));
    }
    if (batch.allMade()) {
      return Future.succeededFuture(written);
    }
    return connection
        .preparedQuery(SubmitSql.CLOSED)
        .execute(Tuple.of(batch.tenants()))
        .compose(
            closed ->
                closed.size() == 0
                    ? Future.succeededFuture(written)
                    : Future.failedFuture(new ClosedTenants(Written.refused(closed).closed())));
  }

  private void count(Submitted answer) {
    switch (answer) {
      case Submitted.Accepted _, Submitted.Closed _ -> {}
      case Submitted.Replayed _ -> meters.repeated("replayed");
      case Submitted.Mismatch _ -> meters.repeated("mismatch");
      case Submitted.Returned _ -> meters.repeated("returned");
      case Submitted.Replaced _ -> meters.repeated("replaced");
      case Submitted.Conflict _ -> meters.repeated("conflict");
      case Submitted.Full _ -> meters.repeated("concurrency_full");
    }
  }
}
