package dev.orchestrix.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Outcome;
import dev.orchestrix.transition.ClaimedJobs;
import dev.orchestrix.transition.TimeLeft;
import io.vertx.core.json.JsonArray;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ConcludingAnAttemptTest {
  private static final TimeLeft PLENTY = TimeLeft.UNLIMITED;
  private static final Outcome FAILED =
      new Outcome.Failed(ErrorCategory.HANDLER_ERROR, "no", null, true, null);

  @Test
  void a_job_whose_retry_policy_cannot_be_read_fails_for_good_and_says_why() {
    var job = ClaimedJobs.stored("{\"max_att", null, PLENTY);

    var ending = Conclusion.of(job, FAILED, null);

    assertThat(ending.decision().next()).isEqualTo(JobState.FAILED);
    var errors = new JsonArray(ending.errors());
    assertThat(errors).hasSize(1);
    assertThat(errors.getJsonObject(0).getString("category")).isEqualTo("REJECTED");
    assertThat(errors.getJsonObject(0).getString("message"))
        .startsWith("what is stored of the job cannot be read");
  }

  @Test
  void errors_that_cannot_be_read_are_replaced_by_why() {
    var job = ClaimedJobs.stored(null, "[{", PLENTY);

    var ending = Conclusion.of(job, FAILED, null);

    assertThat(ending.decision().next()).isEqualTo(JobState.FAILED);
    assertThat(new JsonArray(ending.errors())).hasSize(1);
  }

  @Test
  void what_can_be_read_is_tried_again() {
    var job = ClaimedJobs.stored(null, null, PLENTY);

    var ending = Conclusion.of(job, FAILED, null);

    assertThat(ending.decision().next()).isEqualTo(JobState.RETRYING);
    assertThat(new JsonArray(ending.errors()).getJsonObject(0).getString("category"))
        .isEqualTo("HANDLER_ERROR");
  }
}
