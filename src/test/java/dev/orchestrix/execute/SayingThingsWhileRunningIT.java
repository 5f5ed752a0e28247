package dev.orchestrix.execute;

import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.transition.Note;
import dev.orchestrix.transition.Notes;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What attempts say reaches Postgres while they run, at little cost. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SayingThingsWhileRunningIT {
  private static final int HERE = 7;

  private static final String COUNT_UPDATES =
      """
      create table updates (job uuid);
      create function count_update() returns trigger language plpgsql as
        'begin insert into updates values (new.id); return null; end';
      create trigger count_updates after update on jobs
        for each row execute function count_update();
      """;

  @RegisterExtension static final Lab LAB = new Lab();

  @RegisterExtension final Stage stage = new Stage(LAB);

  @BeforeAll
  static void prepare() {
    Stage.prepare(LAB);
    var _ = LAB.rows(COUNT_UPDATES);
  }

  @Test
  void progress_and_lines_are_seen_before_the_end() {
    var job = LAB.ready(1).getFirst();
    stage
        .executor(
            HERE,
            attempt -> {
              attempt.progress(0.25, "a quarter");
              attempt.log(LogLevel.WARN, "slow today");
              stage.letGo().await();
              return null;
            })
        .assign(List.of(job));

    until("the line is there", () -> stage.row(job).toJson().encode().contains("slow today"));

    assertThat(stage.state(job)).isEqualTo("RUNNING");
    var said = stage.attempts(job).getJsonObject(0);
    assertThat(said.getJsonObject("progress").getDouble("fraction")).isEqualTo(0.25);
    assertThat(stage.lines(job, 0)).containsExactly("slow today");
  }

  @Test
  void what_is_said_later_follows_and_the_outcome_has_it_all() {
    var job = LAB.ready(1).getFirst();
    stage
        .executor(
            HERE,
            attempt -> {
              attempt.log("one");
              stage.letGo().await();
              attempt.log("two");
              return null;
            })
        .assign(List.of(job));
    until("the first line is there", () -> stage.row(job).getString("report") != null);

    stage.letGo().countDown();

    until("it ends", () -> stage.state(job).equals("SUCCEEDED"));
    assertThat(stage.lines(job, 0)).containsExactly("one", "two");
  }

  @Test
  void a_silent_attempt_is_written_when_it_is_claimed_and_when_it_ends_and_never_else() {
    var jobs = LAB.ready(2);
    var silent = jobs.getFirst().entry().id();
    stage
        .executor(
            HERE,
            attempt -> {
              if (!attempt.id().equals(silent)) {
                attempt.log("one");
                stage.letGo().await();
              }
              stage.letGo().await();
              return null;
            })
        .assign(jobs);
    until("the other is heard", () -> stage.row(jobs.getLast()).getString("report") != null);

    stage.letGo().countDown();

    until("both end", () -> jobs.stream().allMatch(job -> stage.state(job).equals("SUCCEEDED")));
    assertThat(updates(jobs.getFirst())).isEqualTo(2);
    assertThat(updates(jobs.getLast())).isEqualTo(3);
    assertThat(stage.row(jobs.getFirst()).getString("report")).isNull();
  }

  @Test
  void an_attempt_that_says_much_is_not_written_more_often_for_it() {
    var began = Instant.now();
    var job = LAB.ready(1).getFirst();
    stage
        .executor(
            HERE,
            attempt -> {
              for (int i = 0; i < 10_000; i++) {
                attempt.log("line " + i);
                attempt.checkpoint("{\"line\":" + i + "}");
              }
              assertThat(attempt.checkpointNow("\"all\"")).isTrue();
              stage.tell("said");
              stage.letGo().await();
              return null;
            })
        .assign(List.of(job));

    assertThat(stage.told()).isEqualTo("said");

    assertThat(updates(job)).isLessThan(4 + began.until(Instant.now()).toSeconds());
    assertThat(stage.lines(job, 0)).hasSize(100).endsWith("line 9999");
    assertThat(stage.row(job).getString("checkpoint")).isEqualTo("\"all\"");
  }

  @Test
  void what_an_attempt_says_that_has_lost_its_job_is_refused_and_it_is_cancelled() {
    var job = LAB.ready(1).getFirst();
    stage
        .executor(
            HERE,
            attempt -> {
              attempt.onCancel(() -> stage.tell("cancelled"));
              stage.tell("running");
              stage.letGo().await();
              attempt.log("too late");
              new CountDownLatch(1).await();
              return null;
            })
        .assign(List.of(job));
    assertThat(stage.told()).isEqualTo("running");
    stage.takeBack(HERE);

    stage.letGo().countDown();

    assertThat(stage.told()).isEqualTo("cancelled");
    assertThat(stage.state(job)).isEqualTo("PENDING");
    assertThat(stage.row(job).getString("report")).isNull();
  }

  @Test
  void a_note_of_an_earlier_attempt_is_refused_beside_one_of_the_present() {
    var job = LAB.ready(1).getFirst().entry().id();
    var _ = LAB.rows("update jobs set state = 'RUNNING', attempt = 2 where id = $1", job);
    var notes = new Notes(LAB.vertx(), LAB.postgres(), LAB.meters());

    var old = notes.keep(new Note(job, 1, "{\"attempts\":[]}", "\"old\""));
    var older = notes.keep(new Note(job, 2, "{\"attempts\":[{}]}", "\"first\""));
    var newer = notes.keep(new Note(job, 2, null, "\"second\""));

    assertThat(Lab.await(old)).isFalse();
    assertThat(Lab.await(older)).isTrue();
    assertThat(Lab.await(newer)).isTrue();
    var row = LAB.rows("select report, checkpoint from jobs where id = $1", job).getFirst();
    assertThat(row.getString(0)).isEqualTo("{\"attempts\":[{}]}");
    assertThat(row.getString(1)).isEqualTo("\"second\"");
  }

  @Test
  void the_lines_of_two_attempts_are_kept_apart_and_a_silent_third_leaves_them() {
    var job = LAB.ready(1).getFirst();
    var executor =
        stage.executor(
            HERE,
            attempt -> {
              if (attempt.attempt() < 3) {
                attempt.log("attempt " + attempt.attempt());
                throw HandlerException.retryAfter("later", Duration.ofHours(1));
              }
              return null;
            });
    executor.assign(List.of(job));
    until("it waits", () -> stage.state(job).equals("RETRYING"));
    executor.assign(List.of(stage.again(job)));
    until("it waits again", () -> stage.state(job).equals("RETRYING") && stage.attempt(job) == 2);

    executor.assign(List.of(stage.again(job)));

    until("it ends", () -> stage.state(job).equals("SUCCEEDED"));
    assertThat(stage.attempts(job)).hasSize(2);
    assertThat(stage.lines(job, 0)).containsExactly("attempt 1");
    assertThat(stage.lines(job, 1)).containsExactly("attempt 2");
  }

  @Test
  void a_result_that_is_too_large_fails_the_job_and_says_so() {
    var job = LAB.ready(1).getFirst();
    stage.executor(HERE, _ -> '"' + "x".repeat(300_000) + '"').assign(List.of(job));

    until("it fails", () -> stage.state(job).equals("FAILED"));

    var error = new JsonArray(stage.row(job).getString("errors")).getJsonObject(0);
    assertThat(error.getString("category")).isEqualTo("REJECTED");
    assertThat(error.getString("message"))
        .isEqualTo("the result has 300002 bytes; the limit is 262144");
    assertThat(stage.row(job).getString("result")).isNull();
  }

  private static long updates(Delivery job) {
    return LAB.number("select count(*) from updates where job = $1", job.entry().id());
  }
}
