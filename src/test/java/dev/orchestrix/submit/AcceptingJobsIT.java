package dev.orchestrix.submit;

import static dev.orchestrix.core.job.Priority.HIGH;
import static dev.orchestrix.core.job.Priority.NORMAL;
import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.BacklogGrew;
import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Events;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.core.job.Clocks;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.retry.RetryPolicy;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.outbox.Relay;
import dev.orchestrix.redis.Flow;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Unlimited;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AcceptingJobsIT {
  private static final int NODE = 7;

  @RegisterExtension static final Lab LAB = new Lab();

  private RedisLink away;
  private Gates gates;
  private Streams streams;

  @BeforeEach
  void prepare() {
    var nowhere =
        new Settings.Redis(
            URI.create("redis://127.0.0.1:1"), Optional.empty(), LAB.settings().redis().timeout());
    away = new RedisLink(LAB.vertx(), nowhere);
    gates = new Gates(LAB.vertx());
    streams = new Streams(LAB.redis(), LAB.redis());
    await(streams.prepare());
  }

  @AfterEach
  void close() {
    await(away.close());
  }

  @Test
  void what_is_submitted_together_is_one_commit_with_one_outbox_row() {
    var jobs = List.of(job(), job(), job());

    submit(submissions(LAB.postgres(), away), jobs);

    var outbox = LAB.rows("select node, jobs, xmin::text from outbox");
    assertThat(outbox).hasSize(1);
    assertThat(outbox.getFirst().getInteger(0)).isEqualTo(NODE);
    assertThat(outbox.getFirst().getArrayOfUUIDs(1)).containsExactly(ids(jobs));
    assertThat(LAB.rows("select xmin::text from jobs"))
        .hasSize(3)
        .allMatch(row -> row.getString(0).equals(outbox.getFirst().getString(2)));
  }

  @Test
  void accepted_jobs_go_to_their_streams_and_leave_the_outbox() {
    var high = job(HIGH, null);
    var normal = job();

    submit(submissions(), List.of(normal, high));

    relayed();
    var taken = await(streams.take("test", 10, new int[] {8, 3, 1})).deliveries();
    assertThat(taken)
        .extracting(Delivery::entry)
        .containsExactly(
            new Entry(high.id(), 0, "default", HIGH), new Entry(normal.id(), 0, "default", NORMAL));
    assertThat(LAB.rows("select from backlog_jobs union all select from timers")).isEmpty();
  }

  @Test
  void everything_that_was_said_of_a_job_is_written() {
    var retry = new RetryPolicy(5, RetryPolicy.Kind.FIXED, Duration.ZERO, Duration.ZERO, 1, 0);
    var trace = "0af7651916cd43dd8448eb211c80319c";
    var job =
        new NewJob(
            Ids.next(),
            "default",
            "mail",
            Priority.LOW,
            "{\"to\": \"ü\"}",
            null,
            retry,
            Duration.ofSeconds(9),
            List.of("a", "b c"),
            trace,
            Clocks.NONE,
            null,
            null);

    submit(submissions(), List.of(job));

    var row = LAB.rows("select *, state::text as now from jobs where id = $1", job.id()).getFirst();
    assertThat(row.getString("now")).isEqualTo("PENDING");
    assertThat(row.getInteger("attempt")).isZero();
    assertThat(row.getString("tenant")).isEqualTo("default");
    assertThat(row.getString("type")).isEqualTo("mail");
    assertThat(row.getShort("priority")).isEqualTo(Priority.LOW.code());
    assertThat(row.getString("payload")).isEqualTo("{\"to\": \"ü\"}");
    assertThat(row.getShort("max_attempts")).isEqualTo((short) 5);
    assertThat(row.getString("retry")).contains("\"policy\":\"fixed\"");
    assertThat(row.getLong("timeout_ms")).isEqualTo(9000);
    assertThat(row.getArrayOfStrings("tags")).containsExactly("a", "b c");
    assertThat(row.getString("trace")).isEqualTo(trace);
    relayed();
  }

  @Test
  void a_delayed_job_gets_a_timer_and_is_on_no_stream() {
    var due = Instant.now().plusSeconds(30).truncatedTo(ChronoUnit.MILLIS);
    var tomorrow = due.plus(Duration.ofDays(1));
    var soon = job(NORMAL, due);
    var late = job(NORMAL, tomorrow);
    var armed = LAB.<Long>overhear(Addresses.TIMER_ARMED);

    submit(submissions(), List.of(soon, late));

    assertThat(LAB.rows("select from jobs where state = 'SCHEDULED'")).hasSize(2);
    assertThat(LAB.rows("select job, due_at, attempt from timers order by due_at"))
        .extracting(
            row -> row.getUUID(0),
            row -> row.getOffsetDateTime(1).toInstant(),
            row -> row.getInteger(2))
        .containsExactly(tuple(soon.id(), due, 0), tuple(late.id(), tomorrow, 0));
    assertThat(LAB.rows("select from outbox union all select from backlog_jobs")).isEmpty();
    assertThat(armed.next()).isEqualTo(due.toEpochMilli());
  }

  @Test
  void jobs_of_a_priority_whose_stream_is_full_wait_in_the_backlog() {
    var flow = new Flow(LAB.redis());
    await(flow.set(NORMAL, 1000, true));
    var grew = LAB.<BacklogGrew>overhear(Addresses.BACKLOG_GREW);
    var submissions = submissions();
    submit(submissions, List.of(job()));
    assertThat(grew.next().priority()).isEqualTo(Priority.NORMAL);
    var waits = job();

    submit(submissions, List.of(waits, job(HIGH, null)));

    assertThat(LAB.rows("select job, priority, attempt from backlog_jobs"))
        .extracting(row -> row.getUUID(0), row -> row.getShort(1), row -> row.getInteger(2))
        .containsExactly(tuple(waits.id(), NORMAL.code(), 0));
    assertThat(grew.next().priority()).isEqualTo(Priority.NORMAL);
    relayed();
    assertThat(await(flow.depths()).lengths()).containsExactly(1L, 1L, 0L);
  }

  @Test
  void a_job_that_postgres_refuses_fails_alone() {
    var known = job();
    submit(submissions(), List.of(known));
    var fine = List.of(job(), job(), job());
    var jobs = List.of(fine.get(0), withNul(), fine.get(1), known, fine.get(2));

    var answers = submitEach(submissions(), jobs);

    assertThat(answers)
        .extracting(answer -> failure(answer) instanceof EngineException.BadData)
        .containsExactly(false, true, false, true, false);
    assertThat(LAB.rows("select id from jobs where id <> $1", known.id()))
        .extracting(row -> row.getUUID(0))
        .containsExactlyInAnyOrder(ids(fine));
    relayed();
  }

  @Test
  void without_redis_jobs_are_accepted_and_stay_in_postgres() {
    var submissions = submissions(LAB.postgres(), away);
    var first = job();
    var delayed = job(NORMAL, Instant.now().plusSeconds(10));
    var second = job();
    var grew = LAB.<BacklogGrew>overhear(Addresses.BACKLOG_GREW);

    submit(submissions, List.of(first, delayed));
    assertThat(grew.next().priority()).isEqualTo(Priority.NORMAL);
    submit(submissions, List.of(second));

    assertThat(LAB.rows("select unnest(jobs) from outbox"))
        .extracting(row -> row.getUUID(0))
        .containsExactly(first.id());
    assertThat(LAB.rows("select job from timers"))
        .extracting(row -> row.getUUID(0))
        .containsExactly(delayed.id());
    assertThat(LAB.rows("select job from backlog_jobs"))
        .extracting(row -> row.getUUID(0))
        .containsExactly(second.id());
  }

  @Test
  void without_postgres_nothing_is_accepted() {
    var nowhere =
        new Settings.Postgres(
            URI.create("postgresql://user:password@127.0.0.1:1/none"), 2, Duration.ofSeconds(1));
    var postgres = Postgres.connect(LAB.vertx(), nowhere);

    assertThat(failure(submissions(postgres, LAB.redis()).submit(job())))
        .isInstanceOf(EngineException.Unavailable.class);

    await(postgres.close());
  }

  private Submissions submissions() {
    return submissions(LAB.postgres(), LAB.redis());
  }

  private Submissions submissions(Postgres postgres, RedisLink redis) {
    var relay =
        new Relay(
            LAB.vertx(),
            postgres,
            new Streams(redis, redis),
            gates,
            LAB.meters(),
            Unlimited.marking(LAB));
    return LAB.inOneTurn(
        () ->
            new Submissions(
                LAB.vertx(),
                postgres,
                gates,
                relay,
                new TimerSet(redis),
                new Events(LAB.vertx(), Set::of),
                LAB.meters(),
                SharedSlots.oneEach(LAB),
                LAB.settings().submit(),
                LAB.settings().idempotency(),
                NODE));
  }

  /** As one batch, until it is committed. */
  private static void submit(Submissions submissions, List<NewJob> jobs) {
    var _ = await(Future.all(submitEach(submissions, jobs)));
  }

  private static void relayed() {
    until("the outbox is empty", () -> LAB.number("select count(*) from outbox") == 0);
  }

  private static List<Future<Submitted>> submitEach(Submissions submissions, List<NewJob> jobs) {
    return LAB.inOneTurn(() -> jobs.stream().map(submissions::submit).toList());
  }

  private static @Nullable Throwable failure(Future<?> future) {
    return catchThrowable(
        () -> {
          var _ = await(future);
        });
  }

  private static NewJob job() {
    return job(NORMAL, null);
  }

  private static NewJob job(Priority priority, @Nullable Instant runAt) {
    return new NewJob(
        Ids.next(),
        "default",
        "noop",
        priority,
        "{}",
        runAt,
        null,
        null,
        List.of(),
        null,
        Clocks.NONE,
        null,
        null);
  }

  private static NewJob withNul() {
    return new NewJob(
        Ids.next(),
        "default",
        "noop",
        NORMAL,
        "\0",
        null,
        null,
        null,
        List.of(),
        null,
        Clocks.NONE,
        null,
        null);
  }

  private static UUID[] ids(List<NewJob> jobs) {
    return jobs.stream().map(NewJob::id).toArray(UUID[]::new);
  }
}
