package dev.orchestrix.schedule;

import static dev.orchestrix.core.job.JobState.PENDING;
import static dev.orchestrix.core.job.JobState.SCHEDULED;
import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Events;
import dev.orchestrix.core.job.Clocks;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.outbox.Relay;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.redis.TimerSet;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.submit.SharedSlots;
import dev.orchestrix.submit.Submissions;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Unlimited;
import dev.orchestrix.transition.Ripening;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WaitingForItsTimeIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private Events events;
  private Gates gates;
  private Streams streams;
  private Relay relay;
  private TimerSet timers;
  private Leadership leadership;

  @BeforeEach
  void watch() {
    events = new Events(LAB.vertx(), Set::of);
    gates = new Gates(LAB.vertx());
    streams = new Streams(LAB.redis(), LAB.redis());
    relay =
        new Relay(
            LAB.vertx(), LAB.postgres(), streams, gates, LAB.meters(), Unlimited.marking(LAB));
    timers = new TimerSet(LAB.redis());
    leadership = new Leadership(LAB.vertx(), LAB.postgres(), LAB.meters(), "scheduler", 1);
    await(streams.prepare());
    await(leadership.start());
    var ripening = new Ripening(LAB.postgres(), relay, gates, events, 1);
    LAB.deploy(new TimerWatch(LAB.postgres(), timers, ripening, leadership, LAB.meters()));
  }

  @AfterEach
  void stop() {
    await(leadership.stop());
  }

  @Test
  void a_delayed_job_goes_to_its_stream_when_its_time_has_come_and_not_before() {
    var due = Instant.now().plusMillis(300);
    var soon = submit(due);
    var later = submit(due.plusSeconds(3600));

    var deliveries = streamed(1);

    assertThat(deliveries)
        .extracting(Delivery::entry)
        .containsExactly(new Entry(soon, 0, "default", Priority.NORMAL));
    // the entry's id begins with the moment it was added; Ripening allows 5 ms
    var position = deliveries.getFirst().position();
    assertThat(Long.parseLong(position.substring(0, position.indexOf('-'))))
        .isGreaterThanOrEqualTo(due.toEpochMilli() - 5);
    assertThat(LAB.state(soon)).isEqualTo(PENDING);
    assertThat(LAB.state(later)).isEqualTo(SCHEDULED);
    assertThat(LAB.rows("select job from timers"))
        .extracting(row -> row.getUUID(0))
        .containsExactly(later);
  }

  @Test
  void a_timer_that_redis_does_not_know_fires_from_postgres() {
    var job = scheduled(1, "300 ms")[0];

    assertThat(streamed(1)).extracting(one -> one.entry().id()).containsExactly(job);
    assertThat(LAB.state(job)).isEqualTo(PENDING);
  }

  @Test
  void however_many_are_due_all_become_ready() {
    var jobs = scheduled(1500, "0 s");

    until(
        "all are ready",
        () -> LAB.number("select count(*) from jobs where state = 'PENDING'") == jobs.length);
    assertThat(LAB.rows("select from timers")).isEmpty();
  }

  /** Jobs whose timers are in Postgres alone. */
  private static UUID[] scheduled(int count, String dueIn) {
    var ids = LAB.ready(count).stream().map(one -> one.entry().id()).toArray(UUID[]::new);
    var _ =
        LAB.rows(
            """
            with waiting as (
              update jobs
                 set state = 'SCHEDULED'
               where id = any($1)
              returning id
            )
            insert into timers (due_at, job, attempt)
            select now() + $2::text::interval, id, 0
              from waiting
            """,
            ids,
            dueIn);
    return ids;
  }

  private UUID submit(Instant due) {
    var submissions =
        new Submissions(
            LAB.vertx(),
            LAB.postgres(),
            gates,
            relay,
            timers,
            events,
            LAB.meters(),
            SharedSlots.oneEach(LAB),
            LAB.settings().submit(),
            LAB.settings().idempotency(),
            1);
    var id = Ids.next();
    var _ =
        await(
            submissions.submit(
                new NewJob(
                    id,
                    "default",
                    "noop",
                    Priority.NORMAL,
                    "{}",
                    due,
                    null,
                    null,
                    List.of(),
                    null,
                    Clocks.NONE,
                    null,
                    null)));
    return id;
  }

  /** So many entries, for which it waits. */
  private List<Delivery> streamed(int count) {
    var all = new ArrayList<Delivery>();
    until(
        "the jobs are on the stream",
        () -> {
          all.addAll(await(streams.take("test", 100, new int[] {8, 3, 1})).deliveries());
          return all.size() >= count;
        });
    return all;
  }
}
