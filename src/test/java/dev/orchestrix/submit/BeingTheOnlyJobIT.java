package dev.orchestrix.submit;

import static dev.orchestrix.submit.Jobs.alone;
import static dev.orchestrix.submit.Jobs.kind;
import static dev.orchestrix.submit.Jobs.withBoth;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Unique.OnConflict;
import dev.orchestrix.testkit.Lab;
import java.time.Duration;
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

  private static NewJob made(NewJob job) {
    assertThat(here.submit(job)).isEqualTo(Submitted.ACCEPTED);
    return job;
  }

  private static void become(NewJob job, JobState state) {
    var _ =
        LAB.rows(
            "update jobs set state = $2::text::job_state where id = $1", job.id(), state.name());
  }
}
