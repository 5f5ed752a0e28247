package dev.orchestrix.redis;

import static dev.orchestrix.core.fair.DeliveryWindow.SMALLEST;
import static dev.orchestrix.core.job.Priority.HIGH;
import static dev.orchestrix.core.job.Priority.LOW;
import static dev.orchestrix.core.job.Priority.NORMAL;
import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.testkit.Lab;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How much may be in Redis, and what it remembers besides the streams. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FillingTheWindowIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private Streams streams;
  private Flow flow;
  private TimerSet timers;

  @BeforeEach
  void prepare() {
    streams = new Streams(LAB.redis(), LAB.redis());
    flow = new Flow(LAB.redis());
    timers = new TimerSet(LAB.redis());
    await(streams.prepare());
  }

  @Test
  void more_than_the_first_window_makes_new_jobs_wait() {
    assertThat(enqueue(NORMAL, SMALLEST)).isZero();
    assertThat(enqueue(NORMAL, 1)).isEqualTo(-1);
    assertThat(enqueue(HIGH, 1)).isEqualTo(SMALLEST - 1);
  }

  @Test
  void they_wait_until_the_feeder_says_otherwise() {
    assertThat(enqueue(NORMAL, SMALLEST + 1)).isNegative();
    var taken = await(streams.take("a", 2000, new int[] {0, 2000, 0})).deliveries();
    await(streams.acknowledge(taken));

    assertThat(enqueue(NORMAL, 1)).isNegative();
    await(flow.set(NORMAL, 500, false));
    assertThat(enqueue(NORMAL, 1)).isEqualTo(498);
  }

  @Test
  void the_feeder_decides_how_large_the_window_is() {
    await(flow.set(LOW, 10, false));

    assertThat(enqueue(LOW, 10)).isZero();
    assertThat(enqueue(LOW, 1)).isNegative();
  }

  @Test
  void tenants_that_are_held_are_told_until_their_time_is_over() {
    long now = now();
    var _ = LAB.redis(Command.HSET, Keys.HELD, "slow", now + 30_000, "ready", now - 1);

    var held = await(flow.depths()).held();

    assertThat(held).containsOnlyKeys("slow");
    assertThat(held.get("slow")).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
    assertThat(Answers.number(LAB.redis(Command.HLEN, Keys.HELD))).isEqualTo(1);
  }

  @Test
  void redis_bears_the_mark_until_it_loses_its_data_or_is_another() {
    var sentinel = new Sentinel(LAB.redis());
    var identity = await(sentinel.look()).identity();
    assertThat(identity).matches("[0-9a-f]{40}:[0-9a-f]{40}");
    assertThat(await(sentinel.look()).marked()).isFalse();

    await(sentinel.mark(identity));
    assertThat(await(sentinel.look()).marked()).isTrue();

    var _ = LAB.redis(Command.FLUSHALL);
    assertThat(await(sentinel.look()).marked()).isFalse();

    await(sentinel.mark(identity.replaceFirst("^.", identity.charAt(0) == '0' ? "1" : "0")));
    assertThat(await(sentinel.look()).marked()).isFalse();
  }

  @Test
  void timers_that_are_due_come_earliest_first_and_stay_until_they_are_disarmed() {
    var now = Instant.ofEpochMilli(now());
    var late = timer(1, now.minusMillis(10));
    var early = timer(2, now.minusMillis(20));
    var next = timer(3, now.plusSeconds(30));
    await(timers.arm(List.of(late, early, next)));

    var due = await(timers.due(10));

    assertThat(due.jobs()).containsExactly(early.job(), late.job());
    assertThat(due.pause()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
    assertThat(await(timers.due(1)).jobs()).containsExactly(early.job());
    await(timers.disarm(List.of(early.job(), late.job(), next.job())));
    assertThat(await(timers.due(10))).isEqualTo(new TimerSet.Due(List.of(), null));
  }

  @Test
  void a_timer_that_is_armed_again_is_there_once() {
    var timer = timer(1, Instant.now().truncatedTo(ChronoUnit.MILLIS));
    await(timers.arm(List.of(timer, timer)));
    await(timers.arm(List.of(timer)));

    assertThat(Answers.number(LAB.redis(Command.ZCARD, Keys.TIMERS))).isEqualTo(1);
  }

  @Test
  void no_more_timers_are_armed_than_there_is_room_for() {
    var due = Instant.now();
    for (int part = 0; part < 11; part++) {
      int from = part * 2_000;
      await(
          timers.arm(IntStream.range(from, from + 2_000).mapToObj(id -> timer(id, due)).toList()));
    }

    assertThat(Answers.number(LAB.redis(Command.ZCARD, Keys.TIMERS))).isEqualTo(TimerSet.ROOM);
  }

  private int enqueue(Priority priority, int count) {
    return await(
        streams.enqueue(
            priority,
            IntStream.range(0, count)
                .mapToObj(id -> new Entry(new UUID(7, id), 0, "tenant", priority))
                .toList()));
  }

  private static TimerSet.Timer timer(int id, Instant due) {
    return new TimerSet.Timer(new UUID(7, id), due);
  }

  private static long now() {
    var time = LAB.redis(Command.TIME);
    return Answers.number(time, 0) * 1000 + Answers.number(time, 1) / 1000;
  }
}
