package dev.orchestrix.submit;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Events;
import dev.orchestrix.bus.JobEvent;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.retry.RetryPolicy;
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
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes jobs, many in one transaction, and sends them on their way. */
public final class Submissions {
  private static final Logger LOG = LoggerFactory.getLogger(Submissions.class);
  private static final String TAG_SEPARATOR = "\u001f";

  private final Vertx vertx;
  private final Postgres postgres;
  private final Gates gates;
  private final Relay relay;
  private final TimerSet timers;
  private final Events events;
  private final Meters meters;
  private final int node;
  private final Batcher<NewJob, @Nullable Void> lane;

  public Submissions(
      Vertx vertx,
      Postgres postgres,
      Gates gates,
      Relay relay,
      TimerSet timers,
      Events events,
      Meters meters,
      Settings.Submit settings,
      int node) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.gates = gates;
    this.relay = relay;
    this.timers = timers;
    this.events = events;
    this.meters = meters;
    this.node = node;
    int size = settings.groupCommit() ? settings.batch() : 1;
    int lanes = settings.groupCommit() ? settings.lanes() : 32;
    this.lane = new Batcher<>(vertx, new Batcher.Lane("submit", lanes, size), meters, this::write);
  }

  /**
   * Writes a job together with whatever is submitted at the same time.
   *
   * @return completes after the commit; fails with {@link
   *     dev.orchestrix.core.failure.EngineException.Unavailable} when Postgres did not answer, and
   *     the job may then be written or not, with {@link
   *     dev.orchestrix.core.failure.EngineException.BadData} when this job alone was refused
   */
  public Future<@Nullable Void> submit(NewJob job) {
    return lane.add(job);
  }

  private Future<List<@Nullable Void>> write(List<NewJob> jobs) {
    var straight = new ArrayList<NewJob>(jobs.size());
    var lines = new BacklogLines();
    var timed = new ArrayList<NewJob>();
    for (var job : jobs) {
      if (job.runAt() != null) {
        timed.add(job);
      } else if (gates.isOpen(job.priority())) {
        straight.add(job);
      } else {
        lines.add(job);
      }
    }
    var batch = Ids.next();
    return Postgres.during(
            "write submissions",
            postgres
                .writes()
                .preparedQuery(SubmitSql.INSERT)
                .execute(parameters(jobs, timed, lines, batch, straight)))
        .map(
            _ -> {
              written(jobs, timed, lines, batch, straight);
              return Collections.nCopies(jobs.size(), null);
            });
  }

  private Tuple parameters(
      List<NewJob> jobs,
      List<NewJob> timed,
      BacklogLines waiting,
      UUID batch,
      List<NewJob> straight) {
    var lines = waiting.lines();
    return Tuple.tuple()
        .addArrayOfUUID(Rows.column(jobs, UUID[]::new, NewJob::id))
        .addArrayOfString(Rows.column(jobs, String[]::new, NewJob::tenant))
        .addArrayOfString(Rows.column(jobs, String[]::new, NewJob::type))
        .addArrayOfShort(Rows.column(jobs, Short[]::new, job -> job.priority().code()))
        .addArrayOfString(Rows.column(jobs, String[]::new, NewJob::payload))
        .addArrayOfOffsetDateTime(
            Rows.nullable(jobs, OffsetDateTime[]::new, job -> stored(job.runAt())))
        .addArrayOfShort(Rows.column(jobs, Short[]::new, job -> (short) retry(job).maxAttempts()))
        .addArrayOfString(Rows.nullable(jobs, String[]::new, job -> RetryText.write(job.retry())))
        .addArrayOfLong(Rows.nullable(jobs, Long[]::new, Submissions::timeout))
        .addArrayOfString(Rows.nullable(jobs, String[]::new, Submissions::tags))
        .addArrayOfString(Rows.nullable(jobs, String[]::new, NewJob::trace))
        .addArrayOfOffsetDateTime(
            Rows.nullable(timed, OffsetDateTime[]::new, job -> stored(job.runAt())))
        .addArrayOfUUID(Rows.column(timed, UUID[]::new, NewJob::id))
        .addArrayOfUUID(waiting.ids())
        .addArrayOfShort(Rows.column(lines, Short[]::new, line -> line.priority().code()))
        .addArrayOfString(Rows.column(lines, String[]::new, BacklogLines.Line::tenant))
        .addArrayOfInteger(Rows.column(lines, Integer[]::new, BacklogLines.Line::first))
        .addArrayOfInteger(Rows.column(lines, Integer[]::new, BacklogLines.Line::last))
        .addUUID(batch)
        .addInteger(node)
        .addArrayOfUUID(Rows.column(straight, UUID[]::new, NewJob::id));
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
        entries.add(new Entry(job.id(), 0, job.tenant(), job.priority()));
      }
      relay.relay(batch, entries).onComplete(_ -> {});
    }
    lines.priorities().forEach(gates::grew);
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
    var soon = new ArrayList<TimerSet.Timer>();
    var horizon = Instant.now().plus(TimerSet.HORIZON);
    for (var job : jobs) {
      var runAt = job.runAt();
      if (runAt != null && runAt.isBefore(horizon)) {
        soon.add(new TimerSet.Timer(job.id(), runAt));
      }
    }
    if (soon.isEmpty()) {
      return;
    }
    timers
        .arm(soon)
        .onSuccess(_ -> armed(soon))
        .onFailure(e -> LOG.warn("{} timers not armed; found in Postgres", soon.size(), e));
  }

  private void armed(List<TimerSet.Timer> soon) {
    long first = soon.stream().mapToLong(one -> one.due().toEpochMilli()).min().orElseThrow();
    vertx.eventBus().publish(Addresses.TIMER_ARMED, first);
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

  private static RetryPolicy retry(NewJob job) {
    var own = job.retry();
    return own == null ? RetryPolicy.DEFAULT : own;
  }

  private static @Nullable Long timeout(NewJob job) {
    var own = job.timeout();
    return own == null ? null : own.toMillis();
  }

  private static @Nullable String tags(NewJob job) {
    return job.tags().isEmpty() ? null : String.join(TAG_SEPARATOR, job.tags());
  }

  private static @Nullable OffsetDateTime stored(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }
}
