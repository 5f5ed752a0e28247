package dev.orchestrix.recover;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.redis.Streams;
import dev.orchestrix.store.Ids;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.transition.Mending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jobs are deleted by hand, and what names them tells. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MissingJobsIT {
  private static final int MOST = 3;

  @RegisterExtension static final Lab LAB = new Lab();

  private static int ids;
  private Checkup checkup;

  @BeforeEach
  void prepare() {
    var streams = new Streams(LAB.redis(), LAB.redis());
    checkup = new Checkup(LAB.postgres(), streams, new Mending(LAB.postgres()));
    await(streams.prepare());
  }

  @Test
  void a_job_that_is_named_anywhere_and_is_not_there_is_missed() {
    var gone = List.of(job("SCHEDULED", 0), job("PENDING", 0), job("RUNNING", 1), job("FAILED", 1));
    timer(gone.get(0));
    backlog(gone.get(1));
    lease(gone.get(2));
    letter(gone.get(3));
    var relayed = job("PENDING", 0);
    var _ =
        LAB.rows("insert into outbox (id, node, jobs) values ($1, 1, array[$1::uuid])", relayed);
    assertThat(named()).isEmpty();

    var _ = LAB.rows("delete from jobs");

    var missed =
        Stream.concat(gone.stream(), Stream.of(relayed))
            .map(id -> new Suspect(Invariant.NAMED_JOB_EXISTS, id, 0))
            .toArray(Suspect[]::new);
    assertThat(named()).containsExactlyInAnyOrder(missed);
    assertThat(await(checkup.again(named()))).containsExactlyInAnyOrder(missed);
    assertThat(await(checkup.mend(named()))).isEqualTo(Map.of(Invariant.NAMED_JOB_EXISTS, 0));
    assertThat(await(new Doctor(LAB.vertx(), checkup).examine(Duration.ZERO))).contains(missed);
  }

  @Test
  void what_names_a_job_that_went_with_its_partition_is_left_alone() {
    var _ =
        LAB.rows(
            "insert into timers (due_at, job, attempt)"
                + " values (now(), '01700000-0000-7000-8000-000000000001', 0)");

    assertThat(named()).isEmpty();
  }

  @Test
  void every_row_that_names_a_job_is_looked_at() {
    for (int i = 0; i < 4 * MOST + 1; i++) {
      var job = job("SCHEDULED", i);
      timer(job);
      backlog(job);
      letter(job);
    }
    assertThat(named()).hasSize(4 * MOST + 1);

    var _ = LAB.rows("delete from jobs");

    assertThat(named()).hasSize(3 * (4 * MOST + 1));
  }

  @Test
  void a_dead_letter_whose_job_has_not_failed_is_deleted() {
    var ready = job("PENDING", 1);
    letter(ready);
    letter(job("FAILED", 1));

    var found = await(checkup.again(named()));
    assertThat(found).containsExactly(new Suspect(Invariant.LETTER_IS_OF_FAILED, ready, 0));
    assertThat(await(checkup.mend(found))).isEqualTo(Map.of(Invariant.LETTER_IS_OF_FAILED, 1));

    assertThat(LAB.number("select count(*) from dead_letters")).isEqualTo(1);
    assertThat(named()).isEmpty();
  }

  private List<Suspect> named() {
    var places = checkup.places();
    var found = new ArrayList<Suspect>();
    boolean last = false;
    while (!last) {
      var slice = await(places.next(MOST));
      found.addAll(slice.suspects());
      last = slice.last();
    }
    return found;
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

  private static void backlog(UUID job) {
    var _ =
        LAB.rows(
            "insert into backlog (priority, tenant, first, jobs, attempts)"
                + " values (1, 'default', $1, array[$1::uuid], array[0])",
            job);
  }

  private static void letter(UUID job) {
    var _ =
        LAB.rows(
            "insert into dead_letters select 'default', $1, 'noop', 'TIMEOUT', 'f', '', now()",
            job);
  }
}
