package dev.orchestrix.core.job;

import static dev.orchestrix.core.job.JobState.BLOCKED;
import static dev.orchestrix.core.job.JobState.CANCELLED;
import static dev.orchestrix.core.job.JobState.FAILED;
import static dev.orchestrix.core.job.JobState.PENDING;
import static dev.orchestrix.core.job.JobState.RETRYING;
import static dev.orchestrix.core.job.JobState.RUNNING;
import static dev.orchestrix.core.job.JobState.SCHEDULED;
import static dev.orchestrix.core.job.JobState.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MovingBetweenStatesTest {
  static final List<JobState> FIRST = List.of(SCHEDULED, BLOCKED, PENDING);

  @Test
  void what_ended_well_or_was_cancelled_stays_so() {
    assertThat(SUCCEEDED.next()).isEmpty();
    assertThat(CANCELLED.next()).isEmpty();
  }

  @Test
  void what_failed_can_only_be_made_ready_again() {
    assertThat(FAILED.next()).containsExactly(PENDING);
  }

  @Test
  void only_what_is_ready_is_run() {
    assertThat(states().filter(state -> state.canBecome(RUNNING))).containsExactly(PENDING);
  }

  @Test
  void an_attempt_is_followed_by_its_end_by_another_attempt_or_by_waiting() {
    assertThat(RUNNING.next())
        .containsExactlyInAnyOrder(SUCCEEDED, FAILED, CANCELLED, RETRYING, PENDING);
  }

  @Test
  void only_an_attempt_succeeds_or_is_retried() {
    assertThat(states().filter(state -> state.canBecome(SUCCEEDED))).containsExactly(RUNNING);
    assertThat(states().filter(state -> state.canBecome(RETRYING))).containsExactly(RUNNING);
  }

  @Test
  void whatever_is_alive_can_be_cancelled_and_nothing_else() {
    assertThat(states()).allMatch(state -> state.canBecome(CANCELLED) != state.terminal());
  }

  @Test
  void whatever_is_alive_can_run_out_of_time() {
    assertThat(states()).allMatch(state -> state.canBecome(FAILED) != state.terminal());
  }

  @Test
  void no_state_is_its_own_successor() {
    assertThat(states()).noneMatch(state -> state.canBecome(state));
  }

  @Test
  void nothing_goes_back_to_where_jobs_begin_except_to_ready() {
    assertThat(states()).noneMatch(state -> state.canBecome(SCHEDULED) || state.canBecome(BLOCKED));
  }

  @Test
  void both_ways_to_ask_give_the_same_answer() {
    for (var from : JobState.values()) {
      assertThat(states().filter(from::canBecome)).containsExactlyInAnyOrderElementsOf(from.next());
    }
  }

  @Test
  void every_state_is_reached_from_one_that_jobs_are_written_in() {
    assertThat(reachable(EnumSet.copyOf(FIRST))).containsExactlyInAnyOrder(JobState.values());
  }

  @Test
  void from_everywhere_there_is_a_way_to_an_end() {
    for (var from : JobState.values()) {
      assertThat(reachable(EnumSet.of(from))).as("from %s", from).anyMatch(JobState::terminal);
    }
  }

  private static Set<JobState> reachable(Set<JobState> from) {
    var found = EnumSet.copyOf(from);
    int before;
    do {
      before = found.size();
      found.addAll(found.stream().flatMap(state -> state.next().stream()).toList());
    } while (found.size() > before);
    return found;
  }

  private static Stream<JobState> states() {
    return Arrays.stream(JobState.values());
  }
}
