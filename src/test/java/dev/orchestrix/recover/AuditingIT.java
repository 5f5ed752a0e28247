package dev.orchestrix.recover;

import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Events;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Loop;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.transition.CancelRequest;
import dev.orchestrix.transition.Cancels;
import dev.orchestrix.transition.Mending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each thing that must never be is made by hand, found, and mended. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AuditingIT {
  private static final int MOST = 3;

  @RegisterExtension static final Lab LAB = new Lab();

  private Streams streams;
  private Checkup checkup;

  @BeforeEach
  void prepare() {
    streams = new Streams(LAB.redis(), LAB.redis());
    checkup = new Checkup(LAB.postgres(), streams, new Mending(LAB.postgres()));
    await(streams.prepare());
  }

  @Test
  void a_ready_job_that_nothing_would_find_is_put_into_the_backlog() {
    var lost = job("PENDING", 2);

    assertThat(broken()).containsExactly(new Suspect(Invariant.PENDING_IS_FINDABLE, lost, 2));
    assertThat(mended()).isEqualTo(Map.of(Invariant.PENDING_IS_FINDABLE, 1));

    assertThat(LAB.number("select count(*) from backlog where jobs = array[$1::uuid]", lost))
        .isEqualTo(1);
    assertThat(broken()).isEmpty();
  }

  @Test
  void ready_jobs_on_their_way_are_left_alone() {
    var noted = job("PENDING", 0);
    var _ = LAB.rows("insert into outbox (id, node, jobs) values ($1, 1, array[$1::uuid])", noted);
    assertThat(broken()).isEmpty();

    var _ = LAB.rows("truncate outbox");
    var _ = LAB.rows("update jobs set created_at = now()");
    assertThat(broken()).isEmpty();

    var _ = LAB.rows("update jobs set created_at = now() - interval '1 minute'");
    var entry = new Entry(noted, 0, "default", Priority.NORMAL);
    var _ = await(streams.enqueue(Priority.NORMAL, List.of(entry)));
    assertThat(broken()).isEmpty();
  }

  @Test
  void a_running_job_in_no_lease_is_given_back_uncounted() {
    var lost = job("RUNNING", 3);
    var held = job("RUNNING", 1);
    lease(held);

    assertThat(broken()).containsExactly(new Suspect(Invariant.RUNNING_IS_LEASED, lost, 3));
    assertThat(mended()).isEqualTo(Map.of(Invariant.RUNNING_IS_LEASED, 1));

    assertThat(
            LAB.number(
                "select count(*) from jobs where id = $1 and state = 'PENDING' and attempt = 3"
                    + " and failures = 0 and crashes = 0",
                lost))
        .isEqualTo(1);
    assertThat(LAB.number("select sum(cardinality(jobs)) from backlog")).isEqualTo(1);
    assertThat(broken()).isEmpty();
  }

  @Test
  void a_job_that_waits_for_its_time_and_has_no_timer_gets_it_back() {
    var scheduled = job("SCHEDULED", 0);
    var retrying = job("RETRYING", 1);
    var well = job("SCHEDULED", 0);
    timer(well);

    assertThat(broken())
        .containsExactlyInAnyOrder(
            new Suspect(Invariant.WAITING_HAS_TIMER, scheduled, 0),
            new Suspect(Invariant.WAITING_HAS_TIMER, retrying, 1));
    assertThat(mended()).isEqualTo(Map.of(Invariant.WAITING_HAS_TIMER, 2));

    assertThat(
            LAB.number(
                "select count(*) from timers t join jobs j"
                    + " on j.id = t.job and j.run_at = t.due_at and j.attempt = t.attempt"))
        .isEqualTo(3);
    assertThat(broken()).isEmpty();
  }

  @Test
  void a_job_with_a_concurrency_key_gets_its_place_back_and_one_that_waits_to_be_called_is_well() {
    var lost = keyed("PENDING", 0);
    var running = keyed("RUNNING", 1);
    lease(running);
    var uncalled = keyed("PENDING", 2);
    place(uncalled, false);
    var strayed = keyed("PENDING", 3);
    place(strayed, true);

    assertThat(broken())
        .containsExactlyInAnyOrder(
            new Suspect(Invariant.KEYED_HAS_PLACE, lost, 0),
            new Suspect(Invariant.KEYED_HAS_PLACE, running, 1),
            new Suspect(Invariant.PENDING_IS_FINDABLE, strayed, 3));
    assertThat(mended())
        .isEqualTo(Map.of(Invariant.KEYED_HAS_PLACE, 2, Invariant.PENDING_IS_FINDABLE, 1));

    assertThat(LAB.rows("select job from lanes where called"))
        .extracting(row -> row.getUUID(0))
        .containsExactlyInAnyOrder(running, strayed);
    assertThat(LAB.rows("select job from lanes where not called"))
        .extracting(row -> row.getUUID(0))
        .containsExactlyInAnyOrder(lost, uncalled);
    assertThat(broken()).isEmpty();
  }

  @Test
  void a_lease_whose_jobs_have_all_ended_is_deleted() {
    lease(job("SUCCEEDED", 1));
    lease(job("RUNNING", 1));

    assertThat(broken()).extracting(Suspect::invariant).containsExactly(Invariant.LEASE_HAS_JOBS);
    assertThat(mended()).isEqualTo(Map.of(Invariant.LEASE_HAS_JOBS, 1));

    assertThat(LAB.number("select count(*) from leases")).isEqualTo(1);
    assertThat(broken()).isEmpty();
  }

  @Test
  void a_job_that_is_leased_to_a_node_which_does_not_run_it_is_given_back_uncounted() {
    var lost = job("RUNNING", 3);
    var known = job("RUNNING", 1);
    var elsewhere = job("RUNNING", 1);
    var _ = LAB.rows("update jobs set node = 8 where id = $1", elsewhere);
    List.of(lost, known, elsewhere).forEach(AuditingIT::lease);
    var _ =
        LAB.rows(
            "insert into cancellations (job, node, attempt, reason, grace_ms)"
                + " values ($1, 7, 3, 'enough', 0)",
            lost);

    compare((_, job, attempt) -> job.equals(known) && attempt == 1);

    until("given back", () -> LAB.state(lost) == JobState.PENDING);
    assertThat(
            LAB.number(
                "select count(*) from jobs where id = $1 and attempt = 3 and failures = 0"
                    + " and crashes = 0",
                lost))
        .isEqualTo(1);
    assertThat(LAB.number("select count(*) from backlog where jobs = array[$1::uuid]", lost))
        .isEqualTo(1);
    assertThat(LAB.number("select count(*) from leases where jobs = array[$1::uuid]", lost))
        .isZero();
    var cancels =
        new Cancels(LAB.vertx(), LAB.postgres(), new Events(LAB.vertx(), Set::of), LAB.meters());
    assertThat(await(cancels.orphaned(9))).extracting(CancelRequest::job).containsExactly(lost);
    assertThat(LAB.state(known)).isEqualTo(JobState.RUNNING);
    assertThat(LAB.state(elsewhere)).isEqualTo(JobState.RUNNING);
    until(
        "counted",
        () ->
            LAB.meters()
                .scrape()
                .contains(
                    "orchestrix_invariant_violations_total{invariant=\"running_is_known\"} 1.0"));
  }

  @Test
  void a_job_that_its_node_gets_to_know_in_time_is_left_to_it() {
    var late = job("RUNNING", 1);
    lease(late);
    var asked = new AtomicInteger();

    compare((_, _, _) -> asked.incrementAndGet() > 1);

    until("asked a few times", () -> asked.get() > 3);
    assertThat(LAB.state(late)).isEqualTo(JobState.RUNNING);
  }

  private static void compare(OwnLeases.Knowing knowing) {
    LAB.deploy(
        new Loop(
            new OwnLeases(
                7,
                LAB.postgres(),
                new Mending(LAB.postgres()),
                knowing,
                new Gates(LAB.vertx()),
                LAB.meters(),
                Duration.ofMillis(20)),
            LAB.meters()));
  }

  @Test
  void every_slice_is_looked_at() {
    for (int i = 0; i < 4 * MOST + 1; i++) {
      var _ = job("RUNNING", i);
    }

    assertThat(await(new Doctor(LAB.vertx(), checkup).examine(Duration.ZERO)))
        .hasSize(4 * MOST + 1);
    assertThat(slices()).hasSize(4 * MOST + 1);
    assertThat(await(checkup.newest(Instant.now(), MOST))).hasSize(MOST);
  }

  @Test
  void what_has_moved_on_meanwhile_is_not_broken_and_not_changed() {
    var lost = job("RUNNING", 1);
    var suspects = broken();
    var _ = LAB.rows("update jobs set attempt = 2 where id = $1", lost);

    assertThat(await(checkup.again(suspects))).isEmpty();
    assertThat(await(checkup.mend(suspects))).isEqualTo(Map.of(Invariant.RUNNING_IS_LEASED, 0));

    assertThat(LAB.number("select count(*) from jobs where state = 'RUNNING'")).isEqualTo(1);
  }

  private List<Suspect> broken() {
    var found = slices();
    return await(checkup.again(found));
  }

  private List<Suspect> slices() {
    var found = new ArrayList<Suspect>();
    var after = Checkup.BEGINNING;
    while (after != null) {
      var slice = await(checkup.jobs(after, MOST));
      found.addAll(slice.suspects());
      after = slice.end();
    }
    found.addAll(await(checkup.leases(Checkup.BEGINNING, 100)).suspects());
    return found;
  }

  private Map<Invariant, Integer> mended() {
    return await(checkup.mend(broken()));
  }

  private static UUID job(String state, int attempt) {
    var id = Ids.firstAt(System.currentTimeMillis() - 60_000 + ids++);
    var _ =
        LAB.rows(
            """
            insert into jobs (id, tenant, type, state, priority, max_attempts, payload, attempt,
                              node, created_at, run_at)
            values ($1, 'default', 'noop', $2::text::job_state, 1, 3, '{}', $3, 7,
                    now() - interval '1 minute', date_trunc('milliseconds', now()) + interval '1 h')
            """,
            id,
            state,
            attempt);
    return id;
  }

  private static int ids;

  private static UUID keyed(String state, int attempt) {
    var id = job(state, attempt);
    var _ = LAB.rows("update jobs set concurrency_key = 'k' where id = $1", id);
    return id;
  }

  private static void place(UUID job, boolean called) {
    var _ =
        LAB.rows(
            "insert into lanes (tenant, key, job, called) values ('default', 'k', $1, $2)",
            job,
            called);
  }

  private static void lease(UUID job) {
    var _ =
        LAB.rows(
            """
            insert into leases (id, node, jobs, created_at)
            values ($1, 7, array[$1::uuid], now() - interval '1 minute')
            """,
            job);
  }

  private static void timer(UUID job) {
    var _ =
        LAB.rows(
            "insert into timers (due_at, job, attempt) select run_at, id, attempt from jobs"
                + " where id = $1",
            job);
  }
}
