package dev.orchestrix.transition;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.BacklogGrew;
import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Events;
import dev.orchestrix.core.job.Decision;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.testkit.Lab;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node has died, and what it was running is taken back. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TakingBackIT {
  private static final int DEAD = 7;
  private static final int ALIVE = 8;

  @RegisterExtension static final Lab LAB = new Lab();

  private TakeBacks takeBacks;

  @BeforeEach
  void prepare() {
    List.of(DEAD, DEAD + 1, DEAD + 2).forEach(LAB::node);
    takeBacks = new TakeBacks(LAB.postgres(), new Gates(LAB.vertx()), events(), LAB.meters());
  }

  @Test
  void what_it_was_running_waits_in_the_backlog_for_another_attempt() {
    var job = claimed(DEAD, LAB.ready(1)).getFirst();
    var grew = LAB.<BacklogGrew>overhear(Addresses.BACKLOG_GREW);

    assertThat(await(takeBacks.takeBack(DEAD, Duration.ofSeconds(15)))).isEqualTo(1);

    var row = LAB.job(job.id());
    assertThat(row.getString("state")).isEqualTo("PENDING");
    assertThat(row.getShort("crashes")).isEqualTo((short) 1);
    assertThat(row.getShort("failures")).isZero();
    assertThat(LAB.rows("select job, attempt from backlog_jobs"))
        .extracting(one -> one.getUUID(0), one -> one.getInteger(1))
        .containsExactly(tuple(job.id(), 1));
    assertThat(grew.next()).isEqualTo(BacklogGrew.returned(Priority.NORMAL, List.of(job.tenant())));
    assertThat(LAB.rows("select from leases")).isEmpty();
    assertThat(claimed(ALIVE, List.of(again(job)))).hasSize(1);
  }

  @Test
  void what_others_run_and_what_has_ended_is_left_alone() {
    var mine = claimed(DEAD, LAB.ready(2));
    var others = claimed(ALIVE, LAB.ready(1)).getFirst();
    assertThat(end(mine.getFirst())).isTrue();

    assertThat(await(takeBacks.takeBack(DEAD, Duration.ofSeconds(15)))).isEqualTo(1);

    assertThat(LAB.state(mine.get(0).id())).isEqualTo(JobState.SUCCEEDED);
    assertThat(LAB.state(mine.get(1).id())).isEqualTo(JobState.PENDING);
    assertThat(LAB.state(others.id())).isEqualTo(JobState.RUNNING);
    assertThat(LAB.rows("select node from leases"))
        .extracting(row -> row.getInteger(0))
        .containsExactly(ALIVE);
  }

  @Test
  void what_another_node_has_claimed_since_stays_there() {
    var job = claimed(DEAD, LAB.ready(1)).getFirst();
    var _ = LAB.rows("update jobs set state = 'PENDING'");
    assertThat(claimed(ALIVE, List.of(again(job)))).hasSize(1);

    assertThat(await(takeBacks.takeBack(DEAD, Duration.ofSeconds(15)))).isZero();

    assertThat(LAB.state(job.id())).isEqualTo(JobState.RUNNING);
    assertThat(LAB.job(job.id()).getInteger("node")).isEqualTo(ALIVE);
  }

  @Test
  void its_own_late_outcomes_are_refused() {
    var job = claimed(DEAD, LAB.ready(1)).getFirst();
    assertThat(await(takeBacks.takeBack(DEAD, Duration.ofSeconds(15)))).isEqualTo(1);

    assertThat(end(job)).isFalse();
    assertThat(LAB.state(job.id())).isEqualTo(JobState.PENDING);

    assertThat(claimed(ALIVE, List.of(again(job)))).hasSize(1);
    assertThat(end(job)).isFalse();
    assertThat(LAB.state(job.id())).isEqualTo(JobState.RUNNING);
  }

  @Test
  void the_third_node_that_dies_under_a_job_is_its_last() {
    var job = claimed(DEAD, LAB.ready(1)).getFirst();
    for (int node = DEAD; node < DEAD + 2; node++) {
      assertThat(await(takeBacks.takeBack(node, Duration.ofSeconds(15)))).isEqualTo(1);
      assertThat(LAB.state(job.id())).isEqualTo(JobState.PENDING);
      job = claimed(node + 1, List.of(again(job))).getFirst();
    }
    var _ = LAB.rows("delete from backlog");

    assertThat(await(takeBacks.takeBack(DEAD + 2, Duration.ofSeconds(15)))).isEqualTo(1);

    var row = LAB.job(job.id());
    assertThat(row.getString("state")).isEqualTo("FAILED");
    assertThat(row.getOffsetDateTime("finished_at")).isNotNull();
    assertThat(new JsonArray(row.getString("errors")).getJsonObject(0))
        .contains(Map.entry("category", "POISON"), Map.entry("attempt", 3));
    assertThat(LAB.rows("select from leases union all select from backlog_jobs")).isEmpty();
  }

  @Test
  void the_errors_of_earlier_attempts_are_kept_when_a_job_fails_so() {
    var job = claimed(DEAD, LAB.ready(1)).getFirst();
    var _ =
        LAB.rows(
            "update jobs set crashes = 2, errors = $1",
            "[{\"attempt\":1,\"message\":\"\\u0000\"}]");

    assertThat(await(takeBacks.takeBack(DEAD, Duration.ofSeconds(15)))).isEqualTo(1);

    var errors = new JsonArray(LAB.job(job.id()).getString("errors"));
    assertThat(errors).hasSize(2);
    assertThat(errors.getJsonObject(0).getString("message")).isEqualTo("\0");
    assertThat(errors.getJsonObject(1).getString("category")).isEqualTo("POISON");
  }

  private static List<ClaimedJob> claimed(int node, List<Delivery> entries) {
    var claims =
        new Claims(LAB.vertx(), LAB.postgres(), LAB.meters(), LAB.settings().execute(), node);
    return await(claims.claim(entries));
  }

  /** The entry of the attempt that follows a lost one. */
  private static Delivery again(ClaimedJob lost) {
    var entry = new Entry(lost.id(), lost.attempt(), lost.tenant(), lost.priority());
    return new Delivery(2, "2-" + lost.attempt(), entry);
  }

  private static boolean end(ClaimedJob job) {
    var endings =
        new Endings(
            LAB.vertx(),
            LAB.postgres(),
            new TimerSet(LAB.redis()),
            new Gates(LAB.vertx()),
            events(),
            LAB.meters(),
            LAB.settings().execute());
    return await(endings.end(new Ending(job, Decision.SUCCEEDED, null, null, null, null)));
  }

  private static Events events() {
    return new Events(LAB.vertx(), Set::of);
  }
}
