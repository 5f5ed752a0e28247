package dev.orchestrix.submit;

import static dev.orchestrix.submit.Jobs.alone;
import static dev.orchestrix.submit.Jobs.kind;
import static java.time.temporal.ChronoUnit.MICROS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.job.Unique;
import dev.orchestrix.core.job.Unique.Field;
import dev.orchestrix.core.job.Unique.OnConflict;
import dev.orchestrix.core.retry.RetryPolicy;
import dev.orchestrix.testkit.Lab;
import io.vertx.redis.client.Command;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs that take over what a second one of their kind brings. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ChangingTheOnlyJobIT {
  private static final OnConflict REJECT = new OnConflict.Reject();
  private static final OnConflict DEBOUNCE = new OnConflict.Debounce();
  private static final Set<JobState> WAITING =
      Set.of(JobState.SCHEDULED, JobState.PENDING, JobState.RETRYING);

  @RegisterExtension static final Lab LAB = new Lab();

  @SuppressWarnings("NullAway.Init")
  private static SubmittingNode here;

  @SuppressWarnings("NullAway.Init")
  private static SubmittingNode there;

  @BeforeAll
  static void start() {
    here = new SubmittingNode(LAB, 1);
    there = new SubmittingNode(LAB, 2);
  }

  @AfterAll
  static void stop() {
    here.close();
    there.close();
  }

  @Test
  void a_ready_job_takes_over_what_was_named_and_keeps_the_rest() {
    var first = made(alone(kind("k", REJECT), "1", null));

    assertThat(there.submit(alone(replacing("k", Set.of(Field.PAYLOAD)), "2", null)))
        .isEqualTo(new Submitted.Replaced(first.id()));

    var row = row(first);
    assertThat(row.getString("payload")).isEqualTo("2");
    assertThat(row.getString("state")).isEqualTo("PENDING");
    assertThat(row.getShort("max_attempts")).isEqualTo((short) 3);
  }

  @Test
  void a_job_that_waits_takes_over_its_time_with_its_timer() {
    var later = Instant.now().plusSeconds(3600).truncatedTo(MICROS);
    var soon = Instant.now().plusSeconds(30).truncatedTo(MICROS);
    var first = made(alone(kind("k", REJECT), "1", later));
    assertThat(LAB.redis(Command.ZSCORE, "{orchestrix}:timers", first.id())).isNull();

    assertThat(there.submit(alone(replacing("k", EnumSet.allOf(Field.class)), "2", soon)))
        .isEqualTo(new Submitted.Replaced(first.id()));

    assertThat(row(first).getOffsetDateTime("run_at").toInstant()).isEqualTo(soon);
    assertThat(LAB.rows("select due_at from timers").getFirst().getOffsetDateTime(0).toInstant())
        .isEqualTo(soon);
    Lab.until(
        "the timer is armed",
        () -> LAB.redis(Command.ZSCORE, "{orchestrix}:timers", first.id()) != null);
  }

  @Test
  void a_job_that_is_to_run_at_once_instead_of_later_is_due_now() {
    var first = made(alone(kind("k", REJECT), "1", Instant.now().plusSeconds(3600)));

    assertThat(there.submit(alone(replacing("k", Set.of(Field.RUN_AT)), "2", null)))
        .isEqualTo(new Submitted.Replaced(first.id()));

    assertThat(row(first).getString("payload")).isEqualTo("1");
    assertThat(LAB.number("select count(*) from timers where due_at <= now()")).isEqualTo(1);
  }

  @Test
  void a_job_that_waits_is_put_off_with_the_newest_payload_as_often_as_it_comes() {
    var first = made(alone(kind("k", DEBOUNCE), "1", Instant.now().plusSeconds(10)));
    var last = Instant.now().plusSeconds(40).truncatedTo(MICROS);

    for (int i = 2; i < 10; i++) {
      var _ = here.submit(alone(kind("k", DEBOUNCE), "" + i, last.minusSeconds(10 - i)));
    }
    assertThat(there.submit(alone(kind("k", DEBOUNCE), "10", last)))
        .isEqualTo(new Submitted.Replaced(first.id()));

    assertThat(row(first).getString("payload")).isEqualTo("10");
    assertThat(row(first).getOffsetDateTime("run_at").toInstant()).isEqualTo(last);
    assertThat(LAB.number("select count(*) from timers")).isEqualTo(1);
    assertThat(LAB.number("select count(*) from jobs")).isEqualTo(1);
  }

  @Test
  void a_job_that_has_started_is_not_changed() {
    var first = made(alone(kind("k", REJECT), "1", null));
    become(first, JobState.RUNNING);

    assertThat(there.submit(alone(replacing("k", Set.of(Field.PAYLOAD)), "2", null)))
        .isEqualTo(new Submitted.Conflict(first.id(), JobState.RUNNING));
    assertThat(there.submit(alone(kind("k", DEBOUNCE), "2", Instant.now().plusSeconds(9))))
        .isEqualTo(new Submitted.Conflict(first.id(), JobState.RUNNING));
    assertThat(row(first).getString("payload")).isEqualTo("1");
  }

  @Test
  void a_job_that_somebody_is_starting_right_now_is_not_changed_and_not_waited_for() {
    var first = made(alone(kind("k", REJECT), "1", null));
    var elsewhere = Lab.await(LAB.postgres().claims().getConnection());
    var transaction = Lab.await(elsewhere.begin());
    var _ =
        Lab.await(
            elsewhere
                .preparedQuery("update jobs set state = 'RUNNING', attempt = 1 where id = $1")
                .execute(Tuple.of(first.id())));

    var answer = there.submit(alone(replacing("k", Set.of(Field.PAYLOAD)), "2", null));

    var _ = Lab.await(transaction.commit());
    var _ = Lab.await(elsewhere.close());
    assertThat(answer).isEqualTo(new Submitted.Conflict(first.id(), JobState.PENDING));
    assertThat(row(first).getString("payload")).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource({"PENDING,0,1", "RUNNING,0,0", "PENDING,1,0"})
  void a_job_is_changed_only_in_the_state_and_attempt_it_was_seen_in(
      JobState state, int attempt, int changed) {
    var first = made(alone(kind("k", REJECT), "1", null));
    become(first, state);
    var _ = LAB.rows("update jobs set attempt = $2 where id = $1", first.id(), attempt);
    var seen = new Holder(first.id(), JobState.PENDING, 0, null, WAITING, false);
    var change = new Change(seen, Set.of(Field.PAYLOAD), alone(kind("k", REJECT), "2", null));

    var rows =
        Lab.await(
            LAB.postgres()
                .writes()
                .preparedQuery(KeyedSql.CHANGE)
                .execute(ChangeColumns.of(List.of(change))));

    assertThat(rows.size()).isEqualTo(changed);
    assertThat(row(first).getString("payload")).isEqualTo(changed == 1 ? "2" : "1");
  }

  @Test
  void a_job_takes_over_every_field_that_can_be_named() {
    var first = made(alone(kind("k", REJECT), "1", Instant.now().plusSeconds(3600)));
    var plain = alone(replacing("k", EnumSet.allOf(Field.class)), "2", first.runAt());
    var retry =
        new RetryPolicy(
            9, RetryPolicy.Kind.FIXED, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 0);
    var full =
        new NewJob(
            plain.id(),
            plain.tenant(),
            plain.type(),
            Priority.HIGH,
            plain.payload(),
            plain.runAt(),
            retry,
            Duration.ofSeconds(7),
            List.of("a", "b"),
            null,
            plain.clocks(),
            null,
            plain.unique());

    assertThat(here.submit(full)).isEqualTo(new Submitted.Replaced(first.id()));
    assertThat(fields(first)).isEqualTo("0 9 7000 a,b fixed");

    assertThat(here.submit(alone(replacing("k", EnumSet.allOf(Field.class)), "3", null)))
        .isEqualTo(new Submitted.Replaced(first.id()));
    assertThat(fields(first)).isEqualTo("1 3 null null null");
  }

  private static String fields(NewJob job) {
    var row =
        LAB.rows(
                """
                select priority, max_attempts, timeout_ms, array_to_string(tags, ','),
                       retry::json ->> 'policy'
                  from jobs
                 where id = $1
                """,
                job.id())
            .getFirst();
    return IntStream.range(0, 5)
        .mapToObj(i -> "" + row.getValue(i))
        .collect(Collectors.joining(" "));
  }

  private static Unique replacing(String kind, Set<Field> fields) {
    return kind(kind, new OnConflict.Replace(fields, WAITING));
  }

  private static NewJob made(NewJob job) {
    assertThat(here.submit(job)).isEqualTo(Submitted.ACCEPTED);
    return job;
  }

  private static void become(NewJob job, JobState state) {
    var _ =
        LAB.rows(
            "update jobs set state = $2::text::job_state where id = $1", job.id(), state.name());
  }

  private static Row row(NewJob job) {
    return LAB.rows(
            "select payload, state::text, run_at, max_attempts from jobs where id = $1", job.id())
        .getFirst();
  }
}
