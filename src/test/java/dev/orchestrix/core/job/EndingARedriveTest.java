package dev.orchestrix.core.job;

import static dev.orchestrix.core.job.RedriveState.DONE;
import static dev.orchestrix.core.job.RedriveState.FAILED_TOO_OFTEN;
import static dev.orchestrix.core.job.RedriveState.RUNNING;
import static dev.orchestrix.core.job.RedriveState.STOPPED;
import static dev.orchestrix.core.job.RedriveState.UNDONE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class EndingARedriveTest {

  @Test
  void nothing_runs_again_that_has_ended() {
    assertThat(RedriveState.before(RUNNING)).isEmpty();
  }

  @Test
  void only_what_runs_is_done_is_stopped_or_fails_too_often() {
    assertThat(RedriveState.before(DONE)).containsExactly(RUNNING);
    assertThat(RedriveState.before(STOPPED)).containsExactly(RUNNING);
    assertThat(RedriveState.before(FAILED_TOO_OFTEN)).containsExactly(RUNNING);
  }

  @Test
  void whatever_has_become_of_it_it_can_be_undone_and_that_again() {
    assertThat(RedriveState.before(UNDONE)).containsExactlyInAnyOrder(RedriveState.values());
  }
}
