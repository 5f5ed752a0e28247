package dev.orchestrix.recover;

import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.orchestrix.bus.Events;
import dev.orchestrix.core.job.LetterFilter;
import dev.orchestrix.core.job.RedriveState;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.query.DeadLetterQueries;
import dev.orchestrix.query.Redrive;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.transition.Revivals;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RedrivingDeadLettersIT {
  private static final LetterFilter ALL = filter(null);

  @RegisterExtension static final Lab LAB = new Lab();

  private static final FailedJobs JOBS = new FailedJobs(LAB);

  private final List<Leadership> leaders = new ArrayList<>();
  private final List<String> verticles = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private Revivals revivals;

  @SuppressWarnings("NullAway.Init")
  private Redriving redriving;

  @SuppressWarnings("NullAway.Init")
  private DeadLetterQueries queries;

  @BeforeEach
  void wire() {
    var gates = new Gates(LAB.vertx());
    revivals = new Revivals(LAB.postgres(), gates, new Events(LAB.vertx(), Set::of), LAB.meters());
    redriving = new Redriving(LAB.vertx(), LAB.postgres(), revivals);
    queries = new DeadLetterQueries(LAB.postgres());
  }

  @AfterEach
  void stop() {
    for (var verticle : verticles) {
      var _ = await(LAB.vertx().undeploy(verticle));
    }
    for (var leader : leaders) {
      var _ = await(leader.stop());
    }
  }

  @Test
  void every_letter_that_the_filter_means_is_moved_and_no_other() {
    var mails = JOBS.failed(30, "mail");
    var others = JOBS.failed(5, "letter");
    lead("scheduler", 1);

    var id = await(redriving.ask(new Redriving.Order(filter("mail"), 1000, null)));

    var done = awaited(id, RedriveState.DONE);
    assertThat(done.moved()).isEqualTo(30);
    assertThat(done.remaining()).isZero();
    assertThat(JOBS.waiting()).containsExactlyInAnyOrderElementsOf(mails);
    assertThat(JOBS.lettered()).containsExactlyInAnyOrderElementsOf(others);
  }

  @Test
  void a_redrive_keeps_to_its_rate() {
    var _ = JOBS.failed(50, "mail");
    lead("scheduler", 1);
    long began = System.nanoTime();

    var id = await(redriving.ask(new Redriving.Order(ALL, 20, null)));
    until("twenty are moved", () -> redrive(id).moved() >= 20);

    // no bound on how late it may be: only that a whole second must have gone by
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(1));
  }

  @Test
  void a_redrive_that_is_stopped_moves_nothing_more() {
    var _ = JOBS.failed(100, "mail");
    lead("scheduler", 1);
    var id = await(redriving.ask(new Redriving.Order(ALL, 1, null)));
    until("some are moved", () -> redrive(id).moved() > 0);

    assertThat(await(redriving.stop(id))).isTrue();

    var stopped = redrive(id);
    assertThat(stopped.state()).isEqualTo(RedriveState.STOPPED);
    assertThat(stopped.remaining()).isEqualTo(100 - stopped.moved());
    var later = await(redriving.ask(new Redriving.Order(filter("nothing"), 1000, null)));
    awaited(later, RedriveState.DONE);
    assertThat(redrive(id).moved()).isEqualTo(stopped.moved());
    assertThat(JOBS.waiting()).hasSize(stopped.moved());
    assertThat(await(redriving.stop(id))).isFalse();
  }

  @Test
  void undoing_fails_what_has_not_started_and_restores_its_letters() {
    var jobs = JOBS.failed(20, "mail");
    var before =
        LAB.rows("select string_agg(l::text, ' ') from dead_letters l").getFirst().getString(0);
    var finished =
        LAB.rows("select string_agg((id, finished_at)::text, ' ') from jobs")
            .getFirst()
            .getString(0);
    lead("scheduler", 1);
    var id = await(redriving.ask(new Redriving.Order(ALL, 1000, null)));
    awaited(id, RedriveState.DONE);
    var started = jobs.subList(0, 5);
    JOBS.start(started);

    assertThat(await(redriving.undo(id))).contains(15);

    var undone = redrive(id);
    assertThat(undone.state()).isEqualTo(RedriveState.UNDONE);
    assertThat(undone.undone()).isEqualTo(15);
    assertThat(JOBS.lettered()).containsExactlyElementsOf(jobs.subList(5, 20));
    assertThat(LAB.number("select count(*) from jobs where state = 'RUNNING'")).isEqualTo(5);
    assertThat(LAB.number("select count(*) from jobs where state = 'FAILED'")).isEqualTo(15);
    for (var letter : LAB.rows("select l::text from dead_letters l")) {
      assertThat(before).contains(letter.getString(0));
    }
    for (var job : LAB.rows("select (id, finished_at)::text from jobs where state = 'FAILED'")) {
      assertThat(finished).contains(job.getString(0));
    }
    assertThat(await(redriving.undo(id))).contains(0);
    assertThat(await(redriving.undo(UUID.randomUUID()))).isEmpty();
  }

  @Test
  void undoing_while_it_runs_leaves_no_job_of_it_ready() {
    var _ = JOBS.failed(300, "mail");
    lead("scheduler", 1);
    var id = await(redriving.ask(new Redriving.Order(ALL, 1000, null)));
    until("some are moved", () -> redrive(id).moved() > 0);

    assertThat(await(redriving.undo(id))).isPresent();

    assertThat(redrive(id).state()).isEqualTo(RedriveState.UNDONE);
    assertThat(JOBS.lettered()).hasSize(300);
    assertThat(LAB.number("select count(*) from jobs where state = 'PENDING'")).isZero();
    assertThat(LAB.number("select count(*) from redriven")).isZero();
  }

  @Test
  void a_redrive_whose_jobs_fail_again_too_often_ends_by_itself() {
    var _ = JOBS.failed(200, "mail");
    lead("scheduler", 1);
    var id = await(redriving.ask(new Redriving.Order(ALL, 20, 3)));
    until("three are moved", () -> redrive(id).moved() >= 3);

    var moved = LAB.rows("select job from redriven order by job limit 3");
    JOBS.failAgain(moved.stream().map(row -> row.getUUID(0)).toList());

    var ended = awaited(id, RedriveState.FAILED_TOO_OFTEN);
    assertThat(ended.failed()).isEqualTo(3);
    assertThat(ended.moved()).isLessThan(200);
    assertThat(ended.remaining()).isEqualTo(200 - ended.moved());
  }

  @Test
  void what_fails_again_is_not_moved_by_the_same_redrive_and_is_counted_after_its_end() {
    var jobs = JOBS.failed(10, "mail");
    lead("scheduler", 1);
    var id = await(redriving.ask(new Redriving.Order(ALL, 1000, null)));
    awaited(id, RedriveState.DONE);

    JOBS.failAgain(jobs.subList(0, 4));
    JOBS.end(jobs.subList(4, 10));

    until("they are counted", () -> redrive(id).failed() == 4);
    until("all are settled", () -> LAB.number("select count(*) from redriven") == 0);
    assertThat(redrive(id).moved()).isEqualTo(10);
    assertThat(JOBS.lettered()).hasSize(4);
  }

  @Test
  void another_leader_goes_on_where_the_first_one_stopped() {
    var jobs = JOBS.failed(100, "mail");
    var first = lead("scheduler", 1);
    var second = lead("scheduler", 2);
    var id = await(redriving.ask(new Redriving.Order(ALL, 1, null)));
    until("some are moved", () -> redrive(id).moved() > 0);
    var _ = LAB.rows("update redrives set rate = 1000"); // for who leads next

    var _ = await(first.stop());
    until("the other leads", second::leads);

    assertThat(redrive(id).moved()).isLessThan(100);
    assertThat(awaited(id, RedriveState.DONE).moved()).isEqualTo(100);
    assertThat(JOBS.waiting()).containsExactlyInAnyOrderElementsOf(jobs);
  }

  @Test
  void two_who_both_believe_that_they_lead_move_each_job_once() {
    var jobs = JOBS.failed(400, "mail");
    lead("one", 1);
    lead("other", 2);

    var id = await(redriving.ask(new Redriving.Order(ALL, 500, null)));

    assertThat(awaited(id, RedriveState.DONE).moved()).isEqualTo(400);
    assertThat(JOBS.waiting()).hasSize(400).containsExactlyInAnyOrderElementsOf(jobs);
  }

  @Test
  void redrives_of_the_same_letters_and_single_retries_move_each_job_once() {
    var jobs = JOBS.failed(300, "mail");
    lead("one", 1);
    lead("other", 2);

    var ids =
        List.of(
            await(redriving.ask(new Redriving.Order(ALL, 1000, null))),
            await(redriving.ask(new Redriving.Order(filter("mail"), 1000, null))));
    var retries =
        jobs.stream().map(job -> revivals.retry(new Revivals.Failed(job, 1), null)).toList();
    var _ = await(Future.join(retries));

    int moved = ids.stream().mapToInt(id -> awaited(id, RedriveState.DONE).moved()).sum();
    long retried = retries.stream().filter(it -> it.result().isPresent()).count();
    assertThat(moved + retried).isEqualTo(300);
    assertThat(JOBS.waiting()).hasSize(300).containsExactlyInAnyOrderElementsOf(jobs);
    assertThat(JOBS.lettered()).isEmpty();
  }

  @Test
  void letters_that_were_discarded_or_written_later_are_left_alone() {
    var jobs = JOBS.failed(5, "mail");
    var letters = new DeadLetters(LAB.postgres());
    assertThat(await(letters.discard(jobs.getFirst()))).isTrue();
    assertThat(await(letters.discard(jobs.getFirst()))).isFalse();
    var id = await(redriving.ask(new Redriving.Order(ALL, 1000, null)));
    var later = JOBS.failed(3, "mail");

    lead("scheduler", 1);

    assertThat(awaited(id, RedriveState.DONE).moved()).isEqualTo(4);
    assertThat(JOBS.waiting()).containsExactlyInAnyOrderElementsOf(jobs.subList(1, 5));
    assertThat(JOBS.lettered()).containsExactlyElementsOf(later);
    assertThat(LAB.number("select count(*) from jobs where state = 'FAILED'")).isEqualTo(4);
  }

  @Test
  void letters_of_jobs_that_are_gone_are_forgotten() {
    var kept = JOBS.failed(2, "mail");
    var _ =
        LAB.rows(
            """
            insert into dead_letters
            select 'default', $1, 'mail', 'TIMEOUT', 'f', 'late', now()
            """,
            Ids.firstAt(Instant.now().minus(Duration.ofDays(90)).toEpochMilli()));
    var letters = new DeadLetters(LAB.postgres());

    var _ = await(letters.forget(Instant.now(), Duration.ofDays(30)));
    assertThat(JOBS.lettered()).containsExactlyElementsOf(kept);

    var _ = await(letters.forget(Instant.now().plus(Duration.ofDays(60)), Duration.ofDays(30)));
    assertThat(JOBS.lettered()).containsExactlyElementsOf(kept);
  }

  @CanIgnoreReturnValue
  private Leadership lead(String duty, int node) {
    var leadership = new Leadership(LAB.vertx(), LAB.postgres(), LAB.meters(), duty, node);
    leaders.add(leadership);
    verticles.add(
        await(
            LAB.vertx()
                .deployVerticle(new Redrives(LAB.postgres(), revivals, leadership, LAB.meters()))));
    var _ = await(leadership.start());
    return leadership;
  }

  private static LetterFilter filter(@Nullable String type) {
    return new LetterFilter("default", type, null, null, null, null);
  }

  private Redrive redrive(UUID id) {
    return await(queries.redrive(id)).orElseThrow();
  }

  @CanIgnoreReturnValue
  private Redrive awaited(UUID id, RedriveState state) {
    until(id + " is " + state, () -> redrive(id).state() == state);
    return redrive(id);
  }
}
