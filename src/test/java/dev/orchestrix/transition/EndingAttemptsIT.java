package dev.orchestrix.transition;

import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.BacklogGrew;
import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Events;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.job.Decision;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Outcome;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.retry.RetryPolicy;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.testkit.Lab;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class EndingAttemptsIT {
  private static final int NODE = 7;

  @RegisterExtension static final Lab LAB = new Lab();

  private Claims claims;
  private Endings endings;

  @BeforeEach
  void prepare() {
    LAB.node(NODE);
    claims = new Claims(LAB.vertx(), LAB.postgres(), LAB.meters(), LAB.settings().execute(), NODE);
    endings = LAB.inOneTurn(() -> endings(LAB.postgres(), LAB.meters()));
  }

  @Test
  void success_keeps_the_result_and_leaves_nothing_else() {
    var job = claimed();

    assertThat(await(endings.end(ending(job, Decision.SUCCEEDED, "[1]", null)))).isTrue();

    var row = LAB.job(job.id());
    assertThat(row.getString("state")).isEqualTo("SUCCEEDED");
    assertThat(row.getString("result")).isEqualTo("[1]");
    assertThat(row.getString("errors")).isNull();
    assertThat(row.getShort("failures")).isZero();
    assertThat(row.getOffsetDateTime("finished_at")).isNotNull();
    assertNothingBeside();
  }

  @Test
  void failure_for_good_keeps_the_error_and_leaves_nothing_else() {
    var job = claimed();
    var failed = new Decision(JobState.FAILED, Duration.ZERO, true);

    assertThat(await(endings.end(ending(job, failed, null, "[{}]")))).isTrue();

    var row = LAB.job(job.id());
    assertThat(row.getString("state")).isEqualTo("FAILED");
    assertThat(row.getString("errors")).isEqualTo("[{}]");
    assertThat(row.getShort("failures")).isEqualTo((short) 1);
    assertThat(row.getOffsetDateTime("finished_at")).isNotNull();
    assertNothingBeside();
  }

  @Test
  void a_failure_to_be_tried_again_gets_a_timer() {
    var job = claimed();
    var armed = LAB.<Long>overhear(Addresses.TIMER_ARMED);
    var again = new Decision(JobState.RETRYING, Duration.ofSeconds(30), true);

    assertThat(await(endings.end(ending(job, again, null, "[{}]")))).isTrue();

    var row = LAB.job(job.id());
    var due = row.getOffsetDateTime("run_at");
    assertThat(row.getString("state")).isEqualTo("RETRYING");
    assertThat(row.getShort("failures")).isEqualTo((short) 1);
    assertThat(row.getOffsetDateTime("finished_at")).isNull();
    assertThat(due).isAfter(row.getOffsetDateTime("started_at").plusSeconds(29));
    assertThat(LAB.rows("select due_at, job, attempt from timers"))
        .extracting(
            timer -> timer.getOffsetDateTime(0),
            timer -> timer.getUUID(1),
            timer -> timer.getInteger(2))
        .containsExactly(tuple(due, job.id(), 1));
    assertThat(armed.next()).isEqualTo(due.toInstant().toEpochMilli());
    assertThat(LAB.rows("select from leases union all select from backlog_jobs")).isEmpty();
  }

  @Test
  void an_attempt_that_a_handler_puts_off_does_not_count() {
    var job = claimed();
    var snoozed = decided(new Outcome.Snoozed(Duration.ofHours(1)));

    assertThat(await(endings.end(ending(job, snoozed, null, null)))).isTrue();

    assertThat(LAB.state(job.id())).isEqualTo(JobState.RETRYING);
    assertThat(LAB.job(job.id()).getShort("failures")).isZero();
    assertThat(LAB.number("select count(*) from timers")).isEqualTo(1);
  }

  @Test
  void what_a_stopping_node_hands_back_waits_in_the_backlog_for_another_attempt() {
    var job = claimed();
    var grew = LAB.<BacklogGrew>overhear(Addresses.BACKLOG_GREW);

    var ended = await(endings.end(ending(job, decided(new Outcome.Interrupted()), null, null)));

    assertThat(ended).isTrue();
    assertThat(LAB.state(job.id())).isEqualTo(JobState.PENDING);
    assertThat(LAB.job(job.id()).getShort("failures")).isZero();
    assertThat(LAB.rows("select job, attempt from backlog_jobs"))
        .extracting(row -> row.getUUID(0), row -> row.getInteger(1))
        .containsExactly(tuple(job.id(), 1));
    assertThat(grew.next()).isEqualTo(BacklogGrew.returned(Priority.NORMAL, List.of(job.tenant())));
    assertThat(LAB.rows("select from leases union all select from timers")).isEmpty();
    var next = new Entry(job.id(), 1, "default", Priority.NORMAL);
    assertThat(await(claims.claim(List.of(new Delivery(2, "2-1", next)))))
        .extracting(ClaimedJob::attempt)
        .containsExactly(2);
  }

  @Test
  void a_cancelled_attempt_ends_the_job() {
    var job = claimed();

    var ended = await(endings.end(ending(job, decided(new Outcome.Cancelled("why")), null, null)));

    assertThat(ended).isTrue();
    assertThat(LAB.state(job.id())).isEqualTo(JobState.CANCELLED);
    assertNothingBeside();
  }

  @Test
  void a_second_outcome_of_an_attempt_is_refused() {
    var job = claimed();
    assertThat(await(endings.end(ending(job, Decision.SUCCEEDED, "1", null)))).isTrue();
    var again = new Decision(JobState.RETRYING, Duration.ZERO, true);

    assertThat(await(endings.end(ending(job, again, null, "[{}]")))).isFalse();

    assertThat(LAB.state(job.id())).isEqualTo(JobState.SUCCEEDED);
    assertThat(LAB.job(job.id()).getString("errors")).isNull();
    assertNothingBeside();
  }

  @Test
  void the_outcome_of_an_attempt_that_lost_its_job_changes_nothing() {
    var lost = claimed();
    var _ = LAB.rows("update jobs set attempt = 2, node = 8");
    var before = LAB.rows("select j::text from jobs j").getFirst().getString(0);

    for (var state : List.of(JobState.SUCCEEDED, JobState.RETRYING, JobState.PENDING)) {
      var decision = new Decision(state, Duration.ZERO, true);
      assertThat(await(endings.end(ending(lost, decision, "1", "[{}]")))).isFalse();
    }

    assertThat(LAB.rows("select j::text from jobs j"))
        .extracting(row -> row.getString(0))
        .containsExactly(before);
    assertThat(LAB.rows("select from timers union all select from backlog_jobs")).isEmpty();
  }

  @Test
  void beside_the_outcome_of_the_attempt_that_has_the_job_one_that_lost_it_is_refused() {
    var lost = claimed();
    var _ = LAB.rows("update jobs set state = 'PENDING'");
    var entry = new Entry(lost.id(), 1, "default", Priority.NORMAL);
    var holds = await(claims.claim(List.of(new Delivery(2, "2-1", entry)))).getFirst();

    var answers =
        endTogether(
            ending(lost, Decision.SUCCEEDED, "1", null),
            ending(holds, Decision.SUCCEEDED, "2", null),
            ending(lost, Decision.SUCCEEDED, "3", null));

    assertThat(answers).containsExactly(false, true, false);
    assertThat(LAB.job(lost.id()).getString("result")).isEqualTo("2");
  }

  @Test
  void of_twenty_outcomes_at_once_exactly_one_is_accepted() {
    var job = claimed();
    var nodes = Stream.generate(() -> endings(LAB.postgres(), LAB.meters())).limit(20).toList();
    var ending = ending(job, new Decision(JobState.RETRYING, Duration.ZERO, true), null, "[{}]");

    var answers = nodes.stream().map(node -> node.end(ending)).toList();

    assertThat(await(Future.all(answers)).<Boolean>list()).containsOnlyOnce(true);
    assertThat(LAB.job(job.id()).getShort("failures")).isEqualTo((short) 1);
    assertThat(LAB.number("select count(*) from timers")).isEqualTo(1);
  }

  @Test
  void a_lease_goes_with_the_last_of_its_jobs() {
    var jobs = await(claims.claim(LAB.ready(3)));
    var first = jobs.subList(0, 2).stream().map(EndingAttemptsIT::succeeded).toList();

    assertThat(endTogether(first.toArray(Ending[]::new))).containsExactly(true, true);
    assertThat(LAB.number("select count(*) from leases")).isEqualTo(1);

    assertThat(await(endings.end(succeeded(jobs.get(2))))).isTrue();
    assertThat(LAB.number("select count(*) from leases")).isZero();
  }

  @Test
  void an_outcome_waits_while_postgres_does_not_answer() {
    var job = claimed();
    var impatient = LAB.settings().postgres();
    var postgres =
        Postgres.connect(
            LAB.vertx(), new Settings.Postgres(impatient.url(), 2, Duration.ofMillis(100)));
    var meters = new Meters();
    var lock = await(LAB.postgres().reads().getConnection());
    var _ = await(lock.query("begin").execute());
    var _ = await(lock.query("lock table jobs").execute());

    var answer = endings(postgres, meters).end(succeeded(job));
    until("it was tried in vain", () -> meters.scrape().contains("operation=\"outcome\""));
    assertThat(answer.isComplete()).isFalse();
    var _ = await(lock.query("rollback").execute());

    assertThat(await(answer)).isTrue();
    assertThat(LAB.state(job.id())).isEqualTo(JobState.SUCCEEDED);
    await(lock.close());
    await(postgres.close());
    meters.close();
  }

  private static Endings endings(Postgres postgres, Meters meters) {
    return new Endings(
        LAB.vertx(),
        postgres,
        new TimerSet(LAB.redis()),
        new Gates(LAB.vertx()),
        new Events(LAB.vertx(), Set::of),
        meters,
        LAB.settings().execute());
  }

  private ClaimedJob claimed() {
    return await(claims.claim(LAB.ready(1))).getFirst();
  }

  private List<Boolean> endTogether(Ending... all) {
    var answers = LAB.inOneTurn(() -> Stream.of(all).map(endings::end).toList());
    return await(Future.all(answers)).list();
  }

  private static Decision decided(Outcome outcome) {
    return Decision.of(outcome, 0, RetryPolicy.DEFAULT, 0);
  }

  private static Ending succeeded(ClaimedJob job) {
    return ending(job, Decision.SUCCEEDED, null, null);
  }

  private static Ending ending(
      ClaimedJob job, Decision decision, @Nullable String result, @Nullable String errors) {
    return new Ending(job, decision, result, errors, null, null);
  }

  private static void assertNothingBeside() {
    assertThat(
            LAB.rows(
                """
                select from leases
                 union all
                select from timers
                 union all
                select from backlog_jobs
                """))
        .isEmpty();
  }
}
