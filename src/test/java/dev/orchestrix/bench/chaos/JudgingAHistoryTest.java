package dev.orchestrix.bench.chaos;

import static dev.orchestrix.core.job.JobState.FAILED;
import static dev.orchestrix.core.job.JobState.PENDING;
import static dev.orchestrix.core.job.JobState.RETRYING;
import static dev.orchestrix.core.job.JobState.RUNNING;
import static dev.orchestrix.core.job.JobState.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bench.chaos.History.Move;
import dev.orchestrix.bench.chaos.History.Start;
import dev.orchestrix.bench.chaos.Violation.Kind;
import dev.orchestrix.core.job.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Each verdict on a history that was made up; moments are in milliseconds. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class JudgingAHistoryTest {
  private static final UUID JOB = new UUID(1, 1);
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final Checker checker = new Checker(Duration.ofSeconds(1));
  private final List<Move> moves = new ArrayList<>();
  private final List<Start> starts = new ArrayList<>();
  private final List<Instant> wakings = new ArrayList<>();

  @Test
  void a_job_that_failed_once_and_then_succeeded_is_as_promised() {
    move(0, null, PENDING, 0);
    move(1, PENDING, RUNNING, 1);
    start(2, 1);
    move(3, RUNNING, RETRYING, 1);
    move(4, RETRYING, PENDING, 1);
    move(5, PENDING, RUNNING, 2);
    start(6, 2);
    move(7, RUNNING, SUCCEEDED, 2);

    assertThat(verdicts()).isEmpty();
  }

  @Test
  void an_attempt_that_ran_although_its_claim_was_lost_is_as_promised() {
    move(0, null, PENDING, 0);
    start(5, 1);
    move(9000, PENDING, RUNNING, 1);
    start(9001, 1);
    move(9002, RUNNING, SUCCEEDED, 1);

    assertThat(verdicts()).isEmpty();
  }

  @Test
  void an_accepted_job_that_has_not_ended_is_lost() {
    move(0, null, PENDING, 0);
    move(1, PENDING, RUNNING, 1);

    assertThat(verdicts()).containsExactly(Kind.LOST);
  }

  @Test
  void an_accepted_job_that_nobody_knows_is_lost() {
    assertThat(verdicts()).containsExactly(Kind.LOST);
  }

  @Test
  void a_second_outcome_of_an_attempt_is_found() {
    move(0, null, PENDING, 0);
    move(1, PENDING, RUNNING, 1);
    move(2, RUNNING, RETRYING, 1);
    move(3, RETRYING, PENDING, 1);
    move(4, PENDING, RUNNING, 1);
    move(5, RUNNING, SUCCEEDED, 1);

    assertThat(verdicts()).containsExactly(Kind.DOUBLY_ACCEPTED);
  }

  @Test
  void a_handler_that_begins_long_after_the_jobs_end_is_found() {
    ended();
    start(1500, 1);

    assertThat(verdicts()).containsExactly(Kind.RUN_AFTER_END);
  }

  @Test
  void a_handler_that_begins_just_after_the_end_was_under_way() {
    ended();
    start(1002, 1);

    assertThat(verdicts()).isEmpty();
  }

  @Test
  void a_handler_of_an_attempt_that_was_taken_back_is_found() {
    takenBack();
    start(2500, 1);
    move(3000, PENDING, RUNNING, 2);
    start(3001, 2);
    move(3002, RUNNING, SUCCEEDED, 2);

    assertThat(verdicts()).containsExactly(Kind.RUN_WHILE_FENCED);
  }

  @Test
  void a_process_that_was_just_woken_cannot_know() {
    takenBack();
    wakings.add(at(2000));
    start(2500, 1);
    move(3000, PENDING, RUNNING, 2);
    move(3002, RUNNING, SUCCEEDED, 2);

    assertThat(verdicts()).isEmpty();
  }

  @Test
  void a_process_that_was_woken_long_before_has_to_know() {
    takenBack();
    wakings.add(at(1000));
    start(2500, 1);
    move(3000, PENDING, RUNNING, 2);
    move(3002, RUNNING, SUCCEEDED, 2);

    assertThat(verdicts()).containsExactly(Kind.RUN_WHILE_FENCED);
  }

  @Test
  void a_job_that_goes_on_after_its_end_is_found() {
    ended();
    move(3, SUCCEEDED, PENDING, 1);
    move(4, PENDING, FAILED, 1);

    assertThat(verdicts()).containsExactly(Kind.TERMINAL_LEFT);
  }

  @Test
  void a_move_that_the_states_do_not_have_is_found() {
    move(0, null, PENDING, 0);
    move(1, PENDING, SUCCEEDED, 0);

    assertThat(verdicts()).containsExactly(Kind.ILLEGAL_MOVE);
  }

  @Test
  void an_attempt_that_goes_backwards_is_found() {
    move(0, null, PENDING, 0);
    move(1, PENDING, RUNNING, 2);
    move(2, RUNNING, SUCCEEDED, 1);

    assertThat(verdicts()).containsExactly(Kind.ILLEGAL_MOVE);
  }

  private void ended() {
    move(0, null, PENDING, 0);
    move(1, PENDING, RUNNING, 1);
    move(2, RUNNING, SUCCEEDED, 1);
  }

  private void takenBack() {
    move(0, null, PENDING, 0);
    move(1, PENDING, RUNNING, 1);
    move(1000, RUNNING, PENDING, 1);
  }

  private void move(long millis, @Nullable JobState from, JobState to, int attempt) {
    moves.add(new Move(JOB, from, to, attempt, at(millis)));
  }

  private void start(long millis, int attempt) {
    starts.add(new Start(JOB, attempt, at(millis)));
  }

  private static Instant at(long millis) {
    return BEGIN.plusMillis(millis);
  }

  private List<Kind> verdicts() {
    var history = new History(Set.of(JOB), starts, moves, wakings);
    return checker.judge(history).stream().map(Violation::kind).toList();
  }
}
