package dev.orchestrix.execute;

import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.testkit.Lab;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An attempt that does not get to the end leaves its place to the next. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LeavingCheckpointsIT {
  private static final int HERE = 7;
  private static final int THERE = 8;

  @RegisterExtension static final Lab LAB = new Lab();

  @RegisterExtension final Stage stage = new Stage(LAB);

  @BeforeAll
  static void prepare() {
    Stage.prepare(LAB);
  }

  @Test
  void the_next_attempt_gets_the_checkpoint_of_one_that_failed() {
    var job = LAB.ready(1).getFirst();
    var executor =
        stage.executor(
            HERE,
            attempt -> {
              if (attempt.attempt() == 1) {
                stage.tell("first: " + attempt.checkpoint());
                attempt.checkpoint("{\"page\":3}");
                throw HandlerException.retryAfter("later", Duration.ofHours(1));
              }
              stage.tell("second: " + attempt.checkpoint());
              return null;
            });
    executor.assign(List.of(job));
    until("it waits", () -> stage.state(job).equals("RETRYING"));

    executor.assign(List.of(stage.again(job)));

    assertThat(stage.told()).isEqualTo("first: Optional.empty");
    assertThat(stage.told()).isEqualTo("second: Optional[{\"page\":3}]");
    until("it ends", () -> stage.state(job).equals("SUCCEEDED"));
    assertThat(stage.row(job).getString("checkpoint")).isNull();
  }

  @Test
  void the_next_attempt_gets_the_checkpoint_of_one_whose_node_died() {
    var job = LAB.ready(1).getFirst();
    stage.executor(HERE, attempt -> leaves(attempt, "{\"page\":7}")).assign(List.of(job));
    assertThat(stage.told()).isEqualTo("written: true");

    stage.takeBack(HERE);
    stage.executor(THERE, this::tellsCheckpoint).assign(List.of(stage.again(job)));

    assertThat(stage.told()).isEqualTo("Optional[{\"page\":7}]");
    assertThat(stage.lines(job, 0)).containsExactly("before the crash");
  }

  @Test
  void the_next_attempt_gets_the_checkpoint_of_one_that_a_stopping_node_handed_back() {
    var job = LAB.ready(1).getFirst();
    var stopping =
        stage.executor(
            HERE,
            attempt -> {
              attempt.checkpoint("{\"page\":9}");
              stage.tell("running");
              stage.letGo().await();
              return null;
            });
    stopping.assign(List.of(job));
    assertThat(stage.told()).isEqualTo("running");

    stopping.stop();
    assertThat(stage.state(job)).isEqualTo("PENDING");
    stage.executor(THERE, this::tellsCheckpoint).assign(List.of(stage.again(job)));

    assertThat(stage.told()).isEqualTo("Optional[{\"page\":9}]");
  }

  @Test
  void a_job_that_failed_for_good_keeps_its_checkpoint() {
    var job = LAB.ready(1).getFirst();
    stage
        .executor(
            HERE,
            attempt -> {
              attempt.checkpoint("5");
              throw HandlerException.permanent("no");
            })
        .assign(List.of(job));

    until("it fails", () -> stage.state(job).equals("FAILED"));

    assertThat(stage.row(job).getString("checkpoint")).isEqualTo("5");
  }

  @Test
  void a_checkpoint_that_cannot_be_kept_is_refused_and_the_one_before_stands() {
    var job = LAB.ready(1).getFirst();
    stage
        .executor(
            HERE,
            attempt -> {
              assertThat(attempt.checkpointNow("\"good\"")).isTrue();
              tellRefusal(attempt, '"' + "x".repeat(64 * 1024) + '"');
              tellRefusal(attempt, "{");
              stage.letGo().await();
              return null;
            })
        .assign(List.of(job));

    assertThat(stage.told()).isEqualTo("the checkpoint has 65538 bytes; the limit is 65536");
    assertThat(stage.told()).startsWith("the checkpoint is not JSON: ");
    assertThat(stage.row(job).getString("checkpoint")).isEqualTo("\"good\"");
  }

  @Test
  void an_attempt_that_has_lost_its_job_writes_no_checkpoint_and_is_told() {
    var job = LAB.ready(1).getFirst();
    stage
        .executor(
            HERE,
            attempt -> {
              stage.tell("running");
              stage.letGo().await();
              stage.tell("written: " + attempt.checkpointNow("1"));
              stage.tell("cancelled: " + attempt.cancelled());
              return null;
            })
        .assign(List.of(job));
    assertThat(stage.told()).isEqualTo("running");
    stage.takeBack(HERE);
    stage.executor(THERE, this::tellsCheckpoint).assign(List.of(stage.again(job)));
    assertThat(stage.told()).isEqualTo("Optional.empty");
    until("the other ends it", () -> stage.state(job).equals("SUCCEEDED"));

    stage.letGo().countDown();

    assertThat(stage.told()).isEqualTo("written: false");
    assertThat(stage.told()).isEqualTo("cancelled: true");
    assertThat(stage.row(job).getString("checkpoint")).isNull();
    assertThat(stage.state(job)).isEqualTo("SUCCEEDED");
  }

  private @Nullable String leaves(JobContext attempt, String checkpoint)
      throws InterruptedException {
    attempt.log("before the crash");
    stage.tell("written: " + attempt.checkpointNow(checkpoint));
    stage.letGo().await();
    return null;
  }

  private @Nullable String tellsCheckpoint(JobContext attempt) {
    stage.tell(attempt.checkpoint().toString());
    return null;
  }

  private void tellRefusal(JobContext attempt, String checkpoint) {
    try {
      attempt.checkpoint(checkpoint);
    } catch (IllegalArgumentException refused) {
      stage.tell(Optional.ofNullable(refused.getMessage()).orElse("no words"));
    }
  }
}
