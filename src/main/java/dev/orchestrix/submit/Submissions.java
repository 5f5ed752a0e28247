package dev.orchestrix.submit;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Events;
import dev.orchestrix.bus.JobEvent;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.outbox.Relay;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.store.Batcher;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.RetryText;
import dev.orchestrix.store.Rows;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Writes jobs, many in one transaction, and sends them on their way. */
public final class Submissions {
  private final Postgres postgres;
  private final Gates gates;
  private final Relay relay;
  private final SoonTimers timers;
  private final Events events;
  private final Meters meters;
  private final int node;
  private final Batcher<NewJob, Submitted> lane;
  private final KeyedSubmissions keyed;

  public Submissions(
      Vertx vertx,
      Postgres postgres,
      Gates gates,
      Relay relay,
      TimerSet timers,
      Events events,
      Meters meters,
      Lanes lanes,
      Settings.Submit settings,
      Settings.Idempotency idempotency,
      int node) {
    this.postgres = postgres;
    this.gates = gates;
    this.relay = relay;
    this.timers = new SoonTimers(vertx, timers);
    this.events = events;
    this.meters = meters;
    this.node = node;
    int size = settings.groupCommit() ? settings.batch() : 1;
    int inFlight = settings.groupCommit() ? settings.lanes() : 32;
    this.lane =
        new Batcher<>(vertx, new Batcher.Lane("submit", inFlight, size), meters, this::write);
    this.keyed =
        new KeyedSubmissions(
            vertx, postgres, this.timers, meters, this::insert, lanes, idempotency, settings);
  }

  /**
   * Writes a job together with whatever is submitted at the same time.
   *
   * @return what became of it, after the commit; fails with {@link
   *     dev.orchestrix.core.failure.EngineException.Unavailable} when Postgres did not answer, and
   *     the job may then be written or not, with {@link
   *     dev.orchestrix.core.failure.EngineException.BadData} when this job alone was refused
   */
  public Future<Submitted> submit(NewJob job) {
    return job.keyed() ? keyed.submit(job) : lane.add(job);
  }

  private Future<List<Submitted>> write(List<NewJob> jobs) {
    return Postgres.during("write submissions", insert(postgres.writes(), jobs))
        .compose(
            written -> {
              if (written.closed().isEmpty()) {
                written.then().run();
                return Future.succeededFuture(Collections.nCopies(jobs.size(), Submitted.ACCEPTED));
              }
              return Written.others(jobs, written.closed(), this::write);
            });
  }

  /** Writes jobs, or none of them when a tenant of theirs takes none any more. */
  private Future<Written> insert(SqlClient client, List<NewJob> jobs) {
    if (jobs.isEmpty()) {
      return Future.succeededFuture(Written.NOTHING);
    }
    var straight = new ArrayList<NewJob>(jobs.size());
    var lines = new BacklogLines();
    var timed = new ArrayList<NewJob>();
    for (var job : jobs) {
      if (job.runAt() != null) {
        timed.add(job);
      } else if (job.throttle().concurrencyKey() == null) { // others are found in their lanes
        if (gates.pass(job.priority())) {
          straight.add(job);
        } else {
          lines.add(job);
        }
      }
    }
    var batch = Ids.next();
    return client
        .preparedQuery(SubmitSql.INSERT)
        .execute(parameters(jobs, timed, lines, batch, straight))
        .map(
            closed ->
                closed.size() == 0
                    ? new Written(Set.of(), () -> written(jobs, timed, lines, batch, straight))
                    : Written.refused(closed));
  }

  private Tuple parameters(
      List<NewJob> jobs,
      List<NewJob> timed,
      BacklogLines waiting,
      UUID batch,
      List<NewJob> straight) {
    var lines = waiting.lines();
    var expiries = Expiry.of(jobs);
    return Tuple.tuple()
        .addArrayOfUUID(Rows.column(jobs, UUID[]::new, NewJob::id))
        .addArrayOfString(Rows.column(jobs, String[]::new, NewJob::tenant))
        .addArrayOfString(Rows.column(jobs, String[]::new, NewJob::type))
        .addArrayOfShort(Rows.column(jobs, Short[]::new, job -> job.priority().code()))
        .addArrayOfString(Rows.column(jobs, String[]::new, NewJob::payload))
        .addArrayOfOffsetDateTime(
            Rows.nullable(jobs, OffsetDateTime[]::new, job -> JobColumns.stored(job.runAt())))
        .addArrayOfShort(Rows.column(jobs, Short[]::new, JobColumns::maxAttempts))
        .addArrayOfString(Rows.nullable(jobs, String[]::new, job -> RetryText.write(job.retry())))
        .addArrayOfLong(Rows.nullable(jobs, Long[]::new, JobColumns::timeout))
        .addArrayOfString(Rows.nullable(jobs, String[]::new, JobColumns::tags))
        .addArrayOfString(Rows.nullable(jobs, String[]::new, NewJob::trace))
        .addArrayOfOffsetDateTime(
            Rows.nullable(timed, OffsetDateTime[]::new, job -> JobColumns.stored(job.runAt())))
        .addArrayOfUUID(Rows.column(timed, UUID[]::new, NewJob::id))
        .addArrayOfUUID(waiting.ids())
        .addArrayOfShort(Rows.column(lines, Short[]::new, line -> line.priority().code()))
        .addArrayOfString(Rows.column(lines, String[]::new, BacklogLines.Line::tenant))
        .addArrayOfInteger(Rows.column(lines, Integer[]::new, BacklogLines.Line::first))
        .addArrayOfInteger(Rows.column(lines, Integer[]::new, BacklogLines.Line::last))
        .addUUID(batch)
        .addInteger(node)
        .addArrayOfUUID(Rows.column(straight, UUID[]::new, NewJob::id))
        .addArrayOfOffsetDateTime(
            Rows.nullable(
                jobs, OffsetDateTime[]::new, job -> JobColumns.stored(job.clocks().expiresAt())))
        .addArrayOfOffsetDateTime(
            Rows.nullable(
                jobs, OffsetDateTime[]::new, job -> JobColumns.stored(job.clocks().deadlineAt())))
        .addArrayOfLong(Rows.nullable(jobs, Long[]::new, JobColumns::heartbeat))
        .addArrayOfOffsetDateTime(
            Rows.column(expiries, OffsetDateTime[]::new, one -> one.at().atOffset(ZoneOffset.UTC)))
        .addArrayOfUUID(Rows.column(expiries, UUID[]::new, Expiry::job))
        .addArrayOfString(JobColumns.rateKeys(jobs))
        .addArrayOfShort(JobColumns.costs(jobs))
        .addArrayOfString(JobColumns.concurrencyKeys(jobs))
        .addArrayOfString(JobColumns.tenants(jobs));
  }

  private void written(
      List<NewJob> jobs,
      List<NewJob> timed,
      BacklogLines lines,
      UUID batch,
      List<NewJob> straight) {
    CrashPoint.SUBMITTED.reach();
    count(jobs);
    if (!straight.isEmpty()) {
      var entries = new ArrayList<Entry>(straight.size());
      for (var job : straight) {
        entries.add(relay.entry(job));
      }
      relay.relayMarked(batch, entries).onComplete(_ -> {});
    }
    lines.owners().forEach(gates::grew);
    arm(timed);
    publish(jobs);
  }

  private void count(List<NewJob> jobs) {
    int from = 0;
    for (int i = 1; i <= jobs.size(); i++) {
      var first = jobs.get(from);
      if (i == jobs.size() || !alike(first, jobs.get(i))) {
        meters.created(first.tenant(), first.type(), first.priority(), i - from);
        from = i;
      }
    }
  }

  private static boolean alike(NewJob one, NewJob other) {
    return one.priority() == other.priority()
        && one.type().equals(other.type())
        && one.tenant().equals(other.tenant());
  }

  private void arm(List<NewJob> jobs) {
    var all = new ArrayList<TimerSet.Timer>(jobs.size());
    for (var job : jobs) {
      if (job.runAt() != null) {
        all.add(new TimerSet.Timer(job.id(), job.runAt()));
      }
    }
    timers.arm(all);
  }

  private void publish(List<NewJob> jobs) {
    for (var job : jobs) {
      if (events.wanted(job.tenant())) {
        events.publish(
            new JobEvent(
                job.id(), job.tenant(), job.type(), job.state(), null, 0, Instant.now(), null));
      }
    }
  }
}
