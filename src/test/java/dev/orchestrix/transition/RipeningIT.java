package dev.orchestrix.transition;

import static dev.orchestrix.core.job.JobState.CANCELLED;
import static dev.orchestrix.core.job.JobState.PENDING;
import static dev.orchestrix.core.job.JobState.RETRYING;
import static dev.orchestrix.core.job.JobState.RUNNING;
import static dev.orchestrix.core.job.JobState.SCHEDULED;
import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.BacklogGrew;
import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Events;
import dev.orchestrix.bus.LaneName;
import dev.orchestrix.bus.LanesMoved;
import dev.orchestrix.core.fair.DeliveryWindow;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.outbox.Relay;
import dev.orchestrix.redis.Flow;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.store.Ids;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Unlimited;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jobs whose time has come. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RipeningIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private Streams streams;
  private Gates gates;
  private Relay relay;
  private Ripening ripening;

  @BeforeEach
  void prepare() {
    streams = new Streams(LAB.redis(), LAB.redis());
    gates = new Gates(LAB.vertx());
    relay =
        new Relay(
            LAB.vertx(), LAB.postgres(), streams, gates, LAB.meters(), Unlimited.marking(LAB));
    ripening = new Ripening(LAB.postgres(), relay, gates, new Events(LAB.vertx(), Set::of), 7);
    await(streams.prepare());
  }

  @Test
  void they_become_ready_and_go_to_their_stream() {
    var scheduled = waiting(SCHEDULED, 0, "0 s");
    var retrying = waiting(RETRYING, 2, "-1 s");

    assertThat(await(ripening.ripen(List.of(scheduled, retrying)))).isEqualTo(2);

    assertThat(LAB.state(scheduled)).isEqualTo(PENDING);
    assertThat(LAB.state(retrying)).isEqualTo(PENDING);
    assertThat(LAB.rows("select from timers union all select from backlog_jobs")).isEmpty();
    until("the outbox is empty", () -> LAB.number("select count(*) from outbox") == 0);
    assertThat(await(streams.take("test", 10, new int[] {8, 3, 1})).deliveries())
        .extracting(Delivery::entry)
        .containsExactlyInAnyOrder(entry(scheduled, 0), entry(retrying, 2));
  }

  @Test
  void those_that_are_early_keep_their_timer() {
    var early = waiting(SCHEDULED, 0, "1 hour");

    assertThat(await(ripening.ripen(List.of(early)))).isZero();

    assertThat(LAB.state(early)).isEqualTo(SCHEDULED);
    assertThat(LAB.number("select count(*) from timers")).isEqualTo(1);
    assertThat(LAB.rows("select from outbox union all select from backlog_jobs")).isEmpty();
  }

  @Test
  void those_that_do_not_wait_any_more_are_left_alone_and_lose_their_timer() {
    var cancelled = waiting(CANCELLED, 0, "0 s");
    var running = waiting(RUNNING, 1, "0 s");
    var later = waiting(RETRYING, 1, "0 s");
    var _ = LAB.rows("update jobs set attempt = 2 where id = $1", later);

    assertThat(await(ripening.ripen(List.of(cancelled, running, later)))).isZero();

    assertThat(LAB.state(cancelled)).isEqualTo(CANCELLED);
    assertThat(LAB.state(running)).isEqualTo(RUNNING);
    assertThat(LAB.state(later)).isEqualTo(RETRYING);
    assertThat(LAB.rows("select from outbox union all select from timers")).isEmpty();
  }

  @Test
  void those_that_fire_twice_become_ready_once() {
    var job = waiting(SCHEDULED, 0, "0 s");
    var first = ripening.ripen(List.of(job));
    var second = ripening.ripen(List.of(job));

    assertThat(await(first) + await(second)).isEqualTo(1);

    until("the outbox is empty", () -> LAB.number("select count(*) from outbox") == 0);
    assertThat(await(new Flow(LAB.redis()).depths()).lengths()).containsExactly(0L, 1L, 0L);
  }

  @Test
  void they_wait_in_the_backlog_while_a_stream_is_full() {
    await(new Flow(LAB.redis()).set(Priority.LOW, 1000, true));
    await(relay.relay(Ids.next(), List.of(new Entry(Ids.next(), 0, "other", Priority.LOW))));
    assertThat(gates.haveRoom(1)).isFalse();
    var grew = LAB.<BacklogGrew>overhear(Addresses.BACKLOG_GREW);
    var job = waiting(RETRYING, 1, "0 s");

    assertThat(await(ripening.ripen(List.of(job)))).isEqualTo(1);

    assertThat(LAB.state(job)).isEqualTo(PENDING);
    assertThat(LAB.rows("select job, attempt from backlog_jobs"))
        .extracting(row -> row.getUUID(0), row -> row.getInteger(1))
        .containsExactly(tuple(job, 1));
    assertThat(grew.next().priority()).isEqualTo(Priority.NORMAL);
    assertThat(LAB.rows("select from outbox union all select from timers")).isEmpty();
  }

  @Test
  void more_of_them_than_there_is_room_for_wait_in_the_backlog_before_later_ones() {
    var grew = LAB.<BacklogGrew>overhear(Addresses.BACKLOG_GREW);
    var jobs = new ArrayList<UUID>();
    for (int i = 0; i <= DeliveryWindow.SMALLEST; i++) {
      jobs.add(waiting(RETRYING, 1, "0 s"));
    }

    assertThat(await(ripening.ripen(jobs))).isEqualTo(jobs.size());

    assertThat(LAB.number("select count(*) from backlog_jobs")).isEqualTo(jobs.size());
    assertThat(grew.next()).isEqualTo(BacklogGrew.returned(Priority.NORMAL, List.of("default")));
    assertThat(await(ripening.ripen(List.of(waiting(RETRYING, 1, "0 s"))))).isOne();
    until("one has room", () -> await(new Flow(LAB.redis()).depths()).lengths().get(1) == 1);
  }

  @Test
  void one_with_a_concurrency_key_goes_nowhere_unless_it_is_called() {
    var called = waiting(RETRYING, 1, "0 s");
    var uncalled = waiting(SCHEDULED, 0, "0 s");
    var _ = LAB.rows("update jobs set concurrency_key = 'k'");
    var _ =
        LAB.rows(
            """
            insert into lanes (tenant, key, job, called)
            values ('default', 'k', $1, true), ('default', 'k', $2, false)
            """,
            called,
            uncalled);
    var moved = LAB.<LanesMoved>overhear(Addresses.LANES_MOVED);

    assertThat(await(ripening.ripen(List.of(called, uncalled)))).isEqualTo(2);

    assertThat(LAB.state(uncalled)).isEqualTo(PENDING);
    assertThat(moved.next().lanes()).containsExactly(new LaneName("default", "k"));
    until("the outbox is empty", () -> LAB.number("select count(*) from outbox") == 0);
    assertThat(await(streams.take("test", 10, new int[] {8, 3, 1})).deliveries())
        .extracting(Delivery::entry)
        .containsExactly(entry(called, 1));
  }

  /** A job in that state with a timer of that attempt, due in so long. */
  private static UUID waiting(JobState state, int attempt, String due) {
    var id = LAB.ready(1).getFirst().entry().id();
    var _ =
        LAB.rows(
            "update jobs set state = $2::text::job_state, attempt = $3 where id = $1",
            id,
            state.name(),
            attempt);
    var _ =
        LAB.rows(
            """
            insert into timers (due_at, job, attempt)
            values (now() + $2::text::interval, $1, $3)
            """,
            id,
            due,
            attempt);
    return id;
  }

  private static Entry entry(UUID id, int attempt) {
    return new Entry(id, attempt, "default", Priority.NORMAL);
  }
}
