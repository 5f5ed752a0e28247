package dev.orchestrix.submit;

import static dev.orchestrix.core.job.JobState.CANCELLED;
import static dev.orchestrix.core.job.JobState.PENDING;
import static dev.orchestrix.core.job.JobState.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.LaneName;
import dev.orchestrix.bus.LanesMoved;
import dev.orchestrix.core.job.Clocks;
import dev.orchestrix.core.job.Idempotency;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.job.Throttle;
import dev.orchestrix.core.job.Unique;
import dev.orchestrix.core.job.Unique.OnConflict;
import dev.orchestrix.core.limit.LimitKind;
import dev.orchestrix.core.limit.Strategy;
import dev.orchestrix.store.Ids;
import dev.orchestrix.tenant.Limit;
import dev.orchestrix.tenant.Limits;
import dev.orchestrix.testkit.Lab;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SharingSlotsIT {
  @RegisterExtension static final Lab LAB = new Lab();

  @SuppressWarnings("NullAway.Init")
  private static Limits limits;

  @SuppressWarnings("NullAway.Init")
  private static SubmittingNode here;

  @SuppressWarnings("NullAway.Init")
  private static SubmittingNode there;

  @BeforeAll
  static void start() {
    limits = new Limits(LAB.vertx(), LAB.postgres());
    here = new SubmittingNode(LAB, 1, SharedSlots.under(LAB, limits));
    there = new SubmittingNode(LAB, 2, SharedSlots.under(LAB, limits));
  }

  @AfterAll
  static void stop() {
    here.close();
    there.close();
  }

  @Test
  void a_job_has_a_place_in_its_lane_instead_of_being_on_its_way() {
    var moved = LAB.<LanesMoved>overhear(Addresses.LANES_MOVED);
    var job = job("k");

    assertThat(here.submit(job)).isEqualTo(Submitted.ACCEPTED);

    assertThat(places("k")).containsExactly(job.id());
    assertThat(LAB.number("select count(*) from lanes where called")).isZero();
    assertThat(LAB.rows("select from outbox union all select from backlog")).isEmpty();
    assertThat(moved.next().lanes()).containsExactly(new LaneName("default", "k"));
  }

  @Test
  void a_job_for_later_has_its_place_and_its_timer() {
    var job = later("k");

    assertThat(here.submit(job)).isEqualTo(Submitted.ACCEPTED);

    assertThat(places("k")).containsExactly(job.id());
    assertThat(LAB.number("select count(*) from timers where job = $1", job.id())).isEqualTo(1);
  }

  @Test
  void places_are_in_the_order_of_submission_whichever_node_was_asked() {
    var asked = new ArrayList<UUID>();
    for (int i = 0; i < 100; i++) {
      var job = job("k");
      asked.add(job.id());
      assertThat((i % 3 == 0 ? here : there).submit(job)).isEqualTo(Submitted.ACCEPTED);
    }

    assertThat(places("k")).isEqualTo(asked);
  }

  @Test
  void jobs_given_to_one_node_without_waiting_keep_their_order() {
    var jobs = Stream.generate(() -> job("k")).limit(3000).toList();

    var answers = SubmittingNode.race(jobs, here);

    assertThat(answers).containsOnly(Submitted.ACCEPTED);
    assertThat(places("k")).isEqualTo(jobs.stream().map(NewJob::id).toList());
  }

  @Test
  void keys_in_any_order_on_two_nodes_do_not_lock_each_other_out() {
    for (int i = 0; i < 20; i++) {
      var jobs =
          Stream.iterate(0, k -> k < 40, k -> k + 1)
              .flatMap(k -> Stream.of(job("k" + k), job("k" + (39 - k))))
              .toList();

      assertThat(SubmittingNode.race(jobs, here, there)).containsOnly(Submitted.ACCEPTED);
    }
  }

  @Test
  void of_many_at_once_on_two_nodes_one_takes_the_slot_and_the_others_are_refused() {
    for (int i = 0; i < 30; i++) {
      var key = "drop-" + i;
      limit(key, 1, Strategy.DROP_NEW);
      var jobs = Stream.generate(() -> job(key)).limit(20).toList();

      var answers = SubmittingNode.race(jobs, here, there);

      assertThat(answers).filteredOn(Submitted.ACCEPTED::equals).hasSize(1);
      var made = jobs.get(answers.indexOf(Submitted.ACCEPTED));
      assertThat(answers).filteredOn(new Submitted.Full(made.id())::equals).hasSize(19);
      assertThat(LAB.number("select count(*) from jobs where concurrency_key = $1", key))
          .isEqualTo(1);
      assertThat(places(key)).containsExactly(made.id());
    }
  }

  @Test
  void a_slot_is_free_as_soon_as_its_job_has_ended() {
    limit("drop", 2, Strategy.DROP_NEW);
    var first = made(job("drop"));
    var second = made(job("drop"));
    become(second, JobState.RETRYING);
    assertThat(here.submit(job("drop"))).isEqualTo(new Submitted.Full(first.id()));

    become(first, JobState.SUCCEEDED);

    var _ = made(job("drop"));
    assertThat(here.submit(job("drop"))).isEqualTo(new Submitted.Full(second.id()));
  }

  @Test
  void jobs_whose_time_has_not_come_take_no_slot_and_are_not_refused() {
    limit("drop", 1, Strategy.DROP_NEW);
    var _ = made(later("drop"));
    var holder = made(job("drop"));

    assertThat(here.submit(later("drop"))).isEqualTo(Submitted.ACCEPTED);
    assertThat(here.submit(job("drop"))).isEqualTo(new Submitted.Full(holder.id()));
  }

  @Test
  void a_key_without_slots_drops_all() {
    limit("none", 0, Strategy.DROP_NEW);

    assertThat(here.submit(job("none"))).isEqualTo(new Submitted.Full(null));
  }

  @Test
  void a_submission_that_was_refused_for_a_slot_has_used_up_neither_its_key_nor_its_kind() {
    limit("drop", 1, Strategy.DROP_NEW);
    var holder = made(job("drop"));
    var rule = Jobs.kind("kind", new OnConflict.Reject());
    assertThat(here.submit(job("drop", "key", rule))).isEqualTo(new Submitted.Full(holder.id()));
    become(holder, JobState.SUCCEEDED);

    var second = made(job("drop", "key", rule));

    become(second, PENDING);
    assertThat(here.submit(job("other", null, rule)))
        .isEqualTo(new Submitted.Conflict(second.id(), PENDING));
  }

  @Test
  void a_repetition_is_answered_by_the_first_job_although_the_slot_is_taken() {
    limit("drop", 1, Strategy.DROP_NEW);
    var first = made(job("drop", "key", null));

    assertThat(here.submit(job("drop", "key", null))).isEqualTo(new Submitted.Replayed(first.id()));
  }

  @Test
  void those_before_a_new_job_are_cancelled_for_it() {
    limit("newest", 1, Strategy.CANCEL_RUNNING);
    var running = made(job("newest"));
    become(running, RUNNING);
    var _ = LAB.rows("update jobs set node = 9, attempt = 1 where id = $1", running.id());

    var waiting = made(job("newest"));
    var last = made(job("newest"));

    assertThat(LAB.state(waiting.id())).isEqualTo(CANCELLED);
    assertThat(LAB.job(waiting.id()).getString("errors"))
        .contains("job " + last.id() + " has taken its concurrency key");
    assertThat(LAB.state(last.id())).isEqualTo(PENDING);
    assertThat(LAB.state(running.id())).isEqualTo(RUNNING);
    assertThat(LAB.rows("select job, node, reason from cancellations"))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.getUUID(0)).isEqualTo(running.id());
              assertThat(row.getInteger(1)).isEqualTo(9);
              assertThat(row.getString(2)).contains(waiting.id().toString());
            });
  }

  @Test
  void of_many_at_once_on_two_nodes_the_one_in_the_last_place_is_left() {
    limit("newest", 1, Strategy.CANCEL_RUNNING);
    var jobs = Stream.generate(() -> job("newest")).limit(200).toList();

    var answers = SubmittingNode.race(jobs, here, there);

    assertThat(answers).containsOnly(Submitted.ACCEPTED);
    assertThat(LAB.rows("select id from jobs where state <> 'CANCELLED'"))
        .extracting(row -> row.getUUID(0))
        .containsExactly(places("newest").getLast());
  }

  @Test
  void a_new_job_cancels_nobody_while_a_slot_is_free_or_its_time_has_not_come() {
    limit("newest", 2, Strategy.CANCEL_RUNNING);
    var first = made(job("newest"));
    var second = made(job("newest"));

    var _ = made(later("newest"));

    assertThat(LAB.state(first.id())).isEqualTo(PENDING);
    assertThat(LAB.state(second.id())).isEqualTo(PENDING);
  }

  private static void limit(String key, int running, Strategy strategy) {
    var _ =
        Lab.await(
            limits.put(
                new Limit(LimitKind.CONCURRENCY_KEY, "default", key, null, running, strategy)));
  }

  private static NewJob made(NewJob job) {
    assertThat(there.submit(job)).isEqualTo(Submitted.ACCEPTED);
    return job;
  }

  private static NewJob job(String lane) {
    return job(lane, null, null);
  }

  private static NewJob job(String lane, @Nullable String key, @Nullable Unique rule) {
    var idempotency = key == null ? null : new Idempotency(key, Jobs.hash("r"));
    return job(lane, null, idempotency, rule);
  }

  private static NewJob later(String lane) {
    return job(lane, Instant.now().plusSeconds(3600), null, null);
  }

  private static NewJob job(
      String lane,
      @Nullable Instant runAt,
      @Nullable Idempotency idempotency,
      @Nullable Unique rule) {
    return new NewJob(
        Ids.next(),
        "default",
        "noop",
        Priority.NORMAL,
        "{}",
        runAt,
        null,
        null,
        List.of(),
        null,
        Clocks.NONE,
        idempotency,
        rule,
        new Throttle(null, 1, lane));
  }

  private static List<UUID> places(String key) {
    return LAB.rows("select job from lanes where key = $1 order by place", key).stream()
        .map(row -> row.getUUID(0))
        .toList();
  }

  private static void become(NewJob job, JobState state) {
    var _ =
        LAB.rows(
            "update jobs set state = $2::text::job_state where id = $1", job.id(), state.name());
  }
}
