package dev.orchestrix.recover;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Events;
import dev.orchestrix.recover.Departure.Step;
import dev.orchestrix.store.Ids;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Traces;
import dev.orchestrix.transition.Cancels;
import dev.orchestrix.transition.Erasing;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One tenant is taken away step by step. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@SuppressWarnings("NullAway.Init")
class LeavingInStepsIT {
  private static final int MOST = 3;

  @RegisterExtension static final Lab LAB = new Lab();

  private Erasing erasing;
  private Departure departure;

  @BeforeEach
  void prepare() {
    erasing = new Erasing(LAB.postgres());
    departure = departure();
    var _ = LAB.rows("insert into tenants (id, leaving_at) values ('leaving', now())");
  }

  @Test
  void all_jobs_go_and_what_names_them_and_nobody_elses() {
    for (int i = 0; i < 3 * MOST + 1; i++) {
      named(job("leaving", i % 2 == 0 ? "SCHEDULED" : "PENDING"));
    }
    var others = job("default", "PENDING");
    named(others);
    batch("leases", job("leaving", "SUCCEEDED"), others);
    batch("outbox", others, job("leaving", "CANCELLED"));

    bare();

    assertThat(departure.erased()).isEqualTo(3 * MOST + 3);
    assertThat(Traces.ofMissingJobs(LAB)).isEmpty();
    assertThat(LAB.number("select count(*) from jobs")).isEqualTo(1);
    assertThat(
            LAB.number(
                "select count(*) from leases l, outbox o, timers t, backlog b, expiries e"
                    + " where l.jobs = array[$1::uuid] and o.jobs = l.jobs and t.job = $1"
                    + " and b.jobs = l.jobs and e.job = $1",
                others))
        .isEqualTo(1);
  }

  @Test
  void a_lease_of_which_only_gone_jobs_are_left_goes_with_them() {
    batch("leases", job("leaving", "FAILED"), job("leaving", "SUCCEEDED"));

    bare();

    assertThat(LAB.number("select count(*) from leases")).isZero();
  }

  @Test
  void what_runs_is_asked_to_end_and_waited_for() {
    var running = job("leaving", "RUNNING");
    batch("leases", running, job("default", "RUNNING"));

    assertThat(walk()).isEqualTo(Step.WAITS);
    assertThat(walk()).isEqualTo(Step.WAITS);
    assertThat(LAB.number("select count(*) from cancellations where job = $1", running))
        .isEqualTo(1);

    var _ =
        LAB.rows("update jobs set state = 'CANCELLED', finished_at = now() where id = $1", running);
    bare();
    assertThat(LAB.number("select count(*) from cancellations")).isZero();
    assertThat(LAB.number("select cardinality(jobs) from leases")).isEqualTo(1);
  }

  @Test
  void a_job_whose_submission_began_before_and_ends_later_is_waited_for_and_goes_too() {
    var connection = await(LAB.postgres().writes().getConnection());
    var transaction = await(connection.begin());
    var late = Ids.next();
    var _ =
        await(
            connection
                .preparedQuery(
                    "insert into jobs (id, tenant, type, state, priority, max_attempts, payload)"
                        + " values ($1, 'leaving', 'noop', 'PENDING', 1, 3, '{}')")
                .execute(Tuple.of(late)));

    assertThat(walk()).isEqualTo(Step.WAITS);
    assertThat(walk()).isEqualTo(Step.WAITS);

    await(transaction.commit());
    await(connection.close());
    bare();
    assertThat(departure.erased()).isEqualTo(1);
    assertThat(Traces.of(LAB, "leaving")).containsExactly("tenants: 1");
  }

  @Test
  void another_leader_begins_anew_and_comes_to_the_same_end() {
    for (int i = 0; i < 3 * MOST; i++) {
      named(job("leaving", "SCHEDULED"));
    }
    for (int i = 0; i < 6; i++) {
      var _ = await(departure.step(MOST));
    }
    int before = departure.erased();
    assertThat(before).isBetween(1, 3 * MOST - 1);

    departure = departure();

    bare();
    assertThat(before + departure.erased()).isEqualTo(3 * MOST);
    assertThat(Traces.ofMissingJobs(LAB)).isEmpty();
  }

  @Test
  void only_what_ended_long_enough_ago_is_erased() {
    var old = job("leaving", "SUCCEEDED");
    var _ = job("leaving", "SUCCEEDED");
    var _ = job("leaving", "PENDING");
    var _ =
        LAB.rows(
            "update jobs set finished_at = now() - case when id = $1 then interval '2 h'"
                + " else interval '5 m' end",
            old);

    var slice =
        await(erasing.erase("leaving", Erasing.BEGINNING, Erasing.END, Duration.ofHours(1), MOST));

    assertThat(slice.erased()).isEqualTo(1);
    assertThat(slice.kept()).isEqualTo(2);
    assertThat(LAB.number("select count(*) from jobs where id = $1", old)).isZero();
  }

  private static Departure departure() {
    var cancels =
        new Cancels(LAB.vertx(), LAB.postgres(), new Events(LAB.vertx(), Set::of), LAB.meters());
    return new Departure("leaving", LAB.postgres(), cancels, new Erasing(LAB.postgres()));
  }

  /** Goes as far as it goes at once. */
  private Step walk() {
    var step = await(departure.step(MOST));
    while (step == Step.GOES_ON) {
      step = await(departure.step(MOST));
    }
    return step;
  }

  /** What it has cancelled is looked at once more. */
  private void bare() {
    Lab.until("nothing is left", () -> walk() == Step.BARE);
  }

  private static UUID job(String tenant, String state) {
    var id = Ids.next();
    var _ =
        LAB.rows(
            """
            insert into jobs (id, tenant, type, state, priority, max_attempts, payload, node,
                              run_at, expires_at, finished_at)
            values ($1, $2, 'noop', $3::text::job_state, 1, 3, '{}', 7,
                    date_trunc('milliseconds', now()) + interval '1 h', now() + interval '1 h',
                    case when $3::text in ('SUCCEEDED', 'FAILED', 'CANCELLED') then now() end)
            """,
            id,
            tenant,
            state);
    return id;
  }

  /** Lets everything name a job that may. */
  private static void named(UUID job) {
    for (var sql :
        new String[] {
          "insert into timers select run_at, id, attempt from jobs where id = $1",
          "insert into expiries select expires_at, id from jobs where id = $1",
          "insert into backlog select 1, tenant, id, array[id], array[0] from jobs where id = $1",
          "insert into held select 'r', 1, tenant, id, array[id], array[0] from jobs where id = $1",
          "insert into lanes (tenant, key, job) select tenant, 'k', id from jobs where id = $1",
          "insert into cancellations select id, 7, 0, 'r', 0 from jobs where id = $1",
          "insert into dead_letters select tenant, id, 'noop', 'c', 'f', '', now() from jobs"
              + " where id = $1",
          "insert into unique_jobs select tenant, id::text::bytea, id, '{}' from jobs where id ="
              + " $1",
          "insert into idempotency_keys select tenant, id::text, id, '', now() from jobs"
              + " where id = $1",
          "with r as (insert into redrives (id, tenant, filter, rate, state)"
              + " select id, tenant, '', 1, 'STOPPED' from jobs where id = $1)"
              + " select null"
        }) {
      var _ = LAB.rows(sql, job);
    }
    var _ = LAB.rows("insert into redriven values ($1, $1, 0, '')", job);
  }

  private static void batch(String table, UUID... jobs) {
    var _ =
        LAB.rows(
            "insert into " + table + " (id, node, jobs) values (gen_random_uuid(), 7, $1)",
            (Object) jobs);
  }
}
