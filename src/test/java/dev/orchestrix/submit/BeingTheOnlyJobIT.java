package dev.orchestrix.submit;

import static dev.orchestrix.submit.Jobs.alone;
import static dev.orchestrix.submit.Jobs.kind;
import static dev.orchestrix.submit.Jobs.withBoth;
import static java.time.temporal.ChronoUnit.MICROS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Unique;
import dev.orchestrix.core.job.Unique.Field;
import dev.orchestrix.core.job.Unique.OnConflict;
import dev.orchestrix.testkit.Lab;
import io.vertx.redis.client.Command;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class BeingTheOnlyJobIT {
  private static final OnConflict REJECT = new OnConflict.Reject();
  private static final OnConflict RETURN = new OnConflict.Return();
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
  void of_many_at_once_on_two_nodes_one_is_made() {
    for (int i = 0; i < 50; i++) {
      var kind = kind("race-" + i, REJECT);
      var jobs = Stream.generate(() -> alone(kind)).limit(20).toList();

      var answers = SubmittingNode.race(jobs, here, there);

      assertThat(answers).filteredOn(Submitted.ACCEPTED::equals).hasSize(1);
      assertThat(answers).filteredOn(Submitted.Conflict.class::isInstance).hasSize(19);
      assertThat(LAB.number("select count(*) from jobs")).isEqualTo(i + 1);
    }
  }

  @Test
  void of_many_at_once_one_takes_the_place_of_the_job_that_has_ended() {
    for (int i = 0; i < 50; i++) {
      var _ = LAB.rows("update jobs set state = 'SUCCEEDED'");
      var jobs = Stream.generate(() -> alone(kind("again", REJECT))).limit(20).toList();

      var answers = SubmittingNode.race(jobs, here, there);

      assertThat(answers).filteredOn(Submitted.ACCEPTED::equals).hasSize(1);
      assertThat(LAB.number("select count(*) from jobs where state = 'PENDING'")).isEqualTo(1);
    }
  }

  @Test
  void kinds_in_any_order_on_two_nodes_do_not_lock_each_other_out() {
    for (int i = 0; i < 20; i++) {
      var kinds = Stream.iterate(0, k -> k < 30, k -> k + 1).map(k -> kind("k" + k, RETURN));
      var ahead = kinds.toList();
      var jobs =
          Stream.iterate(0, k -> k < 30, k -> k + 1)
              .flatMap(k -> Stream.of(alone(ahead.get(k)), alone(ahead.get(29 - k))))
              .toList();

      var answers = SubmittingNode.race(jobs, here, there);

      assertThat(answers)
          .allMatch(
              answer ->
                  answer instanceof Submitted.Accepted || answer instanceof Submitted.Returned);
      assertThat(LAB.number("select count(*) from jobs")).isEqualTo(30);
    }
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void a_job_is_in_the_way_while_it_is_in_one_of_the_states_of_its_rule(JobState state) {
    var first = made(alone(kind("in", Set.of(state), null)));
    var others = EnumSet.complementOf(EnumSet.of(state));
    var second = made(alone(kind("out", Set.copyOf(others), null)));
    become(first, state);
    become(second, state);

    assertThat(there.submit(alone(kind("in", others, null))))
        .isEqualTo(new Submitted.Conflict(first.id(), state));
    assertThat(there.submit(alone(kind("out", Set.of(state), null)))).isEqualTo(Submitted.ACCEPTED);
  }

  @Test
  void a_job_is_in_the_way_until_its_period_is_over_even_if_it_has_ended() {
    var first = made(alone(kind("k", Jobs.ALIVE, Duration.ofHours(1))));
    become(first, JobState.SUCCEEDED);

    assertThat(here.submit(alone(kind("k", REJECT))))
        .isEqualTo(new Submitted.Conflict(first.id(), JobState.SUCCEEDED));

    var _ = LAB.rows("update unique_jobs set until = now()");
    assertThat(here.submit(alone(kind("k", REJECT)))).isEqualTo(Submitted.ACCEPTED);
  }

  @Test
  void a_job_that_is_gone_with_its_partition_is_in_nobodys_way() {
    var first = made(alone(kind("k", Jobs.ALIVE, Duration.ofHours(1))));
    var _ = LAB.rows("delete from jobs where id = $1", first.id());

    assertThat(here.submit(alone(kind("k", REJECT)))).isEqualTo(Submitted.ACCEPTED);
  }

  @Test
  void the_job_that_is_there_is_the_answer_if_it_was_asked_for() {
    var first = made(alone(kind("k", REJECT)));
    become(first, JobState.RUNNING);

    assertThat(there.submit(alone(kind("k", RETURN))))
        .isEqualTo(new Submitted.Returned(first.id()));
  }

  @Test
  void a_key_of_a_job_that_was_refused_asks_anew() {
    var first = made(alone(kind("k", REJECT)));
    assertThat(here.submit(withBoth("key", kind("k", REJECT))))
        .isInstanceOf(Submitted.Conflict.class);
    become(first, JobState.SUCCEEDED);

    assertThat(here.submit(withBoth("key", kind("k", REJECT)))).isEqualTo(Submitted.ACCEPTED);
  }

  @Test
  void a_key_of_a_job_that_another_answered_for_goes_on_being_answered_by_it() {
    var first = made(alone(kind("k", REJECT)));
    assertThat(here.submit(withBoth("key", kind("k", RETURN))))
        .isEqualTo(new Submitted.Returned(first.id()));
    become(first, JobState.SUCCEEDED);

    assertThat(there.submit(withBoth("key", kind("k", RETURN))))
        .isEqualTo(new Submitted.Replayed(first.id()));
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
