package dev.orchestrix.outbox;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.LaneName;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.store.Ids;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.transition.ClaimedJob;
import dev.orchestrix.transition.Claims;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CallingJobsOfALaneIT {
  private static final int NODE = 7;
  private static final int PAGE = 5;
  private static final LaneName LANE = new LaneName("default", "k");

  @RegisterExtension static final Lab LAB = new Lab();

  private Calls calls;
  private Claims claims;

  @BeforeEach
  void prepare() {
    LAB.node(NODE);
    calls = new Calls(LAB.postgres(), _ -> true, NODE);
    claims = new Claims(LAB.vertx(), LAB.postgres(), LAB.meters(), LAB.settings().execute(), NODE);
  }

  @Test
  void as_many_as_may_run_are_called_in_the_order_of_their_places() {
    var jobs = jobs(4);

    assertThat(called(2)).containsExactly(jobs.get(0), jobs.get(1));
    assertThat(called(2)).isEmpty();
    assertThat(called(3)).containsExactly(jobs.get(2));

    assertThat(LAB.rows("select unnest(jobs) as job from outbox order by id"))
        .extracting(row -> row.getUUID(0))
        .containsExactlyElementsOf(jobs.subList(0, 3));
  }

  @Test
  void only_a_called_job_is_claimed() {
    var jobs = jobs(2);
    called(1);

    assertThat(claim(jobs)).containsExactly(jobs.get(0));
    assertThat(claim(jobs)).isEmpty();
    assertThat(LAB.job(jobs.get(1)).getString("state")).isEqualTo("PENDING");
  }

  @Test
  void the_next_is_called_when_a_job_has_ended() {
    for (var end : List.of("SUCCEEDED", "FAILED", "CANCELLED")) {
      var jobs = jobs(2);
      called(1);
      become(jobs.get(0), "RUNNING");
      assertThat(called(1)).isEmpty();

      become(jobs.get(0), end);

      assertThat(called(1)).containsExactly(jobs.get(1));
      assertThat(places()).containsExactly(jobs.get(1));
      var _ = LAB.rows("delete from lanes");
    }
  }

  @Test
  void jobs_that_are_gone_with_their_partition_leave_no_place_behind() {
    var jobs = jobs(4);
    called(1);
    var _ = LAB.rows("delete from jobs where id in ($1, $2)", jobs.get(0), jobs.get(2));

    assertThat(called(1)).containsExactly(jobs.get(1));

    assertThat(places()).containsExactly(jobs.get(1), jobs.get(3));
  }

  @Test
  void jobs_that_have_ended_while_they_waited_leave_no_place_behind() {
    var jobs = jobs(3);
    called(1);
    become(jobs.get(1), "CANCELLED");

    called(1);

    assertThat(places()).containsExactly(jobs.get(0), jobs.get(2));
  }

  @Test
  void a_job_that_waits_for_its_next_attempt_keeps_the_only_slot() {
    var jobs = jobs(2);
    called(1);
    become(jobs.get(0), "RETRYING");

    assertThat(called(1)).isEmpty();

    become(jobs.get(0), "PENDING");
    assertThat(claim(jobs)).containsExactly(jobs.get(0));
  }

  @Test
  void a_job_that_waits_for_its_next_attempt_gives_one_slot_of_several_to_others() {
    var jobs = jobs(3);
    called(2);
    become(jobs.get(0), "RETRYING");

    assertThat(called(2)).containsExactly(jobs.get(2));

    become(jobs.get(0), "PENDING");
    assertThat(claim(jobs)).containsExactlyInAnyOrder(jobs.get(1), jobs.get(2));
    assertThat(called(2)).isEmpty();
    become(jobs.get(1), "SUCCEEDED");
    assertThat(called(2)).containsExactly(jobs.get(0));
  }

  @Test
  void a_job_whose_time_has_not_come_is_passed_over() {
    var jobs = jobs(3);
    become(jobs.get(0), "SCHEDULED");

    assertThat(called(1)).containsExactly(jobs.get(1));

    become(jobs.get(0), "PENDING");
    become(jobs.get(1), "SUCCEEDED");
    assertThat(called(1)).containsExactly(jobs.get(0));
  }

  @Test
  void behind_more_than_a_page_of_jobs_that_wait_for_a_time_the_next_is_found() {
    var jobs = jobs(2 * PAGE + 1);
    jobs.subList(0, 2 * PAGE).forEach(job -> become(job, "SCHEDULED"));

    var first = turn(1, 0);
    var second = turn(1, first.unfinished().getFirst().after());
    var third = turn(1, second.unfinished().getFirst().after());

    assertThat(first.straight()).isEmpty();
    assertThat(second.straight()).isEmpty();
    assertThat(third.straight()).extracting(Entry::id).containsExactly(jobs.getLast());
    assertThat(third.unfinished()).isEmpty();
  }

  @Test
  void when_the_limit_is_lowered_the_last_that_have_not_begun_are_not_called_any_more() {
    var jobs = jobs(5);
    called(4);
    assertThat(claim(jobs.subList(1, 2))).hasSize(1);

    assertThat(called(2)).isEmpty();

    assertThat(claim(jobs)).containsExactly(jobs.get(0));
    become(jobs.get(0), "SUCCEEDED");
    assertThat(called(2)).containsExactly(jobs.get(2));
    assertThat(called(0)).isEmpty();
    assertThat(claim(jobs)).isEmpty();
    assertThat(called(4)).containsExactly(jobs.get(2), jobs.get(3), jobs.get(4));
  }

  @Test
  void while_the_stream_is_full_called_jobs_wait_in_the_backlog() {
    calls = new Calls(LAB.postgres(), _ -> false, NODE);
    var jobs = jobs(3);

    assertThat(turn(2, 0).waiting()).hasSize(2);

    assertThat(LAB.rows("select job from backlog_jobs order by job"))
        .extracting(row -> row.getUUID(0))
        .containsExactlyElementsOf(jobs.subList(0, 2));
    assertThat(LAB.rows("select from outbox")).isEmpty();
  }

  @Test
  void
      two_who_take_themselves_for_the_leader_and_have_come_to_other_places_call_no_more_than_may() {
    for (int i = 0; i < 20; i++) {
      var jobs = jobs(10);
      var other = new Calls(LAB.postgres(), _ -> true, 8);
      var middle = LAB.number("select place from lanes where job = $1", jobs.get(PAGE));

      var turns =
          List.of(
              calls.call(List.of(new Calls.Asked(LANE, 3, 0)), PAGE, 100, Ids.next()),
              other.call(List.of(new Calls.Asked(LANE, 3, middle)), PAGE, 100, Ids.next()));
      var _ = await(Future.all(turns));

      assertThat(LAB.number("select count(*) from lanes where called")).isEqualTo(3);
      var _ = LAB.rows("delete from lanes");
    }
  }

  @Test
  void claims_and_calls_that_are_taken_back_at_once_never_let_more_run_than_may() {
    for (int i = 0; i < 50; i++) {
      var jobs = jobs(6);
      called(3);
      var asked = List.of(new Calls.Asked(LANE, 1, 0));

      var claim = claims.claim(entries(jobs));
      var turn = calls.call(asked, PAGE, 100, Ids.next());
      var _ = await(Future.all(claim, turn));

      assertThat(
              LAB.number(
                  """
                  select count(*)
                    from jobs j
                    left join lanes l on l.job = j.id and l.called
                   where j.state = 'RUNNING' and l.job is null
                  """))
          .isZero();
      var _ = LAB.rows("delete from lanes");
      var _ = LAB.rows("update jobs set state = 'SUCCEEDED'");
    }
  }

  @Test
  void every_lane_is_found_once_by_its_name() {
    var keys = List.of("a", "b", "c", "d", "e");
    for (var key : keys) {
      var _ = jobs(key, 3);
    }

    var first = await(calls.names(new LaneName("", ""), 3));
    var rest = await(calls.names(first.getLast(), 3));

    assertThat(Stream.concat(first.stream(), rest.stream()).map(LaneName::key).toList())
        .isEqualTo(keys);
  }

  @CanIgnoreReturnValue
  private List<UUID> called(int slots) {
    return turn(slots, 0).straight().stream().map(Entry::id).toList();
  }

  private Calls.Turn turn(int slots, long after) {
    return await(calls.call(List.of(new Calls.Asked(LANE, slots, after)), PAGE, 100, Ids.next()));
  }

  private List<UUID> claim(List<UUID> jobs) {
    return await(claims.claim(entries(jobs))).stream().map(ClaimedJob::id).toList();
  }

  private static List<Delivery> entries(List<UUID> jobs) {
    return jobs.stream()
        .map(id -> new Delivery(2, "1-1", new Entry(id, 0, "default", Priority.NORMAL)))
        .toList();
  }

  private static List<UUID> jobs(int count) {
    return jobs(LANE.key(), count);
  }

  /** Jobs that are ready and stand in a lane, none of them called. */
  private static List<UUID> jobs(String key, int count) {
    var ids = LAB.ready(count).stream().map(one -> one.entry().id()).toArray(UUID[]::new);
    var _ = LAB.rows("update jobs set concurrency_key = $2 where id = any($1)", ids, key);
    var _ =
        LAB.rows(
            "insert into lanes (tenant, key, job) select 'default', $2, unnest($1::uuid[])",
            ids,
            key);
    return List.of(ids);
  }

  private static List<UUID> places() {
    return LAB.rows("select job from lanes order by place").stream()
        .map(row -> row.getUUID(0))
        .toList();
  }

  private static void become(UUID job, String state) {
    var _ = LAB.rows("update jobs set state = $2::text::job_state where id = $1", job, state);
  }
}
