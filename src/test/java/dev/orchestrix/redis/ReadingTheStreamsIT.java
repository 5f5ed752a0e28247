package dev.orchestrix.redis;

import static dev.orchestrix.core.fair.DeliveryWindow.SMALLEST;
import static dev.orchestrix.core.job.Priority.HIGH;
import static dev.orchestrix.core.job.Priority.LOW;
import static dev.orchestrix.core.job.Priority.NORMAL;
import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.fair.Turns;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.testkit.Lab;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingTheStreamsIT {
  private static final int[] ROUND = {8, 3, 1};
  private static final Duration LONG = Duration.ofHours(1);

  @RegisterExtension static final Lab LAB = new Lab();

  private RedisLink blocking;
  private Streams streams;
  private int made;

  @BeforeEach
  void prepare() {
    blocking = new RedisLink(LAB.vertx(), LAB.settings().redis());
    streams = new Streams(LAB.redis(), blocking);
    await(streams.prepare());
  }

  @AfterEach
  void close() {
    await(blocking.close());
  }

  @Test
  void entries_are_read_as_they_were_added() {
    var entries = entries(NORMAL, 3);
    assertThat(await(streams.enqueue(NORMAL, entries))).isEqualTo(SMALLEST - 3);

    var taken = await(streams.take("a", 10, ROUND));

    assertThat(taken.deliveries()).extracting(Delivery::entry).isEqualTo(entries);
    assertThat(taken.deliveries()).extracting(Delivery::stream).containsOnly(2);
    assertThat(taken.nextParked()).isNull();
    assertThat(await(streams.take("b", 10, ROUND)).deliveries()).isEmpty();
  }

  @Test
  void under_load_each_stream_has_its_turns() {
    fill(200);
    var turns = new Turns(List.of(8, 3, 1));
    var counts = new int[3];

    for (int read = 0; read < 48; read++) {
      for (var delivery : await(streams.take("a", 3, turns.divide(3))).deliveries()) {
        counts[delivery.stream() - 1]++;
      }
    }

    assertThat(counts).containsExactly(96, 36, 12);
  }

  @Test
  void turns_that_a_stream_does_not_use_go_to_the_others() {
    enqueueOneByOne(HIGH, 2);
    enqueueOneByOne(NORMAL, 4);
    enqueueOneByOne(LOW, 50);

    assertThat(byStream(await(streams.take("a", 12, ROUND)))).containsExactly(0, 2, 4, 6);
    assertThat(byStream(await(streams.take("a", 12, ROUND)))).containsExactly(0, 0, 0, 12);
  }

  @Test
  void no_more_are_read_than_wanted() {
    fill(50);

    assertThat(byStream(await(streams.take("a", 12, ROUND)))).containsExactly(0, 8, 3, 1);
    assertThat(byStream(await(streams.take("a", 1, new int[] {0, 0, 1}))))
        .containsExactly(0, 0, 0, 1);
  }

  @Test
  void parked_entries_wait_while_redis_has_no_memory_and_others_are_read() {
    var parked = entries(NORMAL, 1).getFirst();
    assertThat(LAB.redis(Command.ZADD, Keys.PARKED, 1, parked.value())).isNotNull();
    var ready = entries(NORMAL, 2);
    assertThat(await(streams.enqueue(NORMAL, ready))).isEqualTo(SMALLEST - 2);

    var full = takeWithoutMemory();
    var after = await(streams.take("a", 10, ROUND));

    assertThat(full.deliveries()).extracting(Delivery::entry).isEqualTo(ready);
    assertThat(full.nextParked()).isEqualTo(Duration.ofMillis(100));
    assertThat(after.deliveries()).extracting(Delivery::entry).containsExactly(parked);
  }

  private Streams.Taken takeWithoutMemory() {
    assertThat(LAB.redis(Command.CONFIG, "SET", "maxmemory", "1")).isNotNull();
    try {
      return await(streams.take("a", 10, ROUND));
    } finally {
      assertThat(LAB.redis(Command.CONFIG, "SET", "maxmemory", "0")).isNotNull();
    }
  }

  @Test
  void parked_entries_come_back_admitted_and_first_when_they_are_due() {
    fill(50);
    var due = entries(LOW, 2);
    var later = entries(HIGH, 1).getFirst();
    due.forEach(
        entry -> assertThat(LAB.redis(Command.ZADD, Keys.PARKED, 1, entry.value())).isNotNull());
    park(later, 30_000);

    var taken = await(streams.take("a", 12, ROUND));

    assertThat(byStream(taken)).containsExactly(2, 8, 2, 0);
    assertThat(taken.deliveries().subList(0, 2)).extracting(Delivery::entry).isEqualTo(due);
    assertThat(taken.nextParked()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
    assertThat(number(Command.ZCARD, Keys.PARKED)).isEqualTo(1);
  }

  @Test
  void acknowledged_entries_are_gone_and_counted() {
    fill(10);
    var taken = await(streams.take("a", 12, ROUND)).deliveries();

    await(streams.acknowledge(taken));

    assertThat(depths().lengths()).containsExactly(2L, 7L, 9L);
    assertThat(depths().done()).containsExactly(8L, 3L, 1L);
    assertThat(await(streams.takeOver("b", Duration.ZERO))).isEmpty();
    await(streams.acknowledge(taken));
    assertThat(depths().done()).containsExactly(8L, 3L, 1L);
  }

  @Test
  void jobs_that_come_together_share_entries_and_are_read_whole() {
    var entries = entries(NORMAL, 70);
    var _ = await(streams.enqueue(NORMAL, entries));

    var taken = await(streams.take("a", 40, ROUND)).deliveries();

    assertThat(number(Command.XLEN, Keys.stream(NORMAL))).isEqualTo(3);
    assertThat(taken).extracting(Delivery::entry).isEqualTo(entries.subList(0, 64));
    assertThat(taken).extracting(Delivery::of).containsOnly(32);
  }

  @Test
  void an_entry_goes_with_the_last_of_its_jobs() {
    var _ = await(streams.enqueue(NORMAL, entries(NORMAL, 10)));
    var taken = await(streams.take("a", 10, ROUND)).deliveries();

    await(streams.acknowledge(taken.subList(0, 4)));
    assertThat(depths().lengths()).containsExactly(0L, 10L, 0L);

    await(streams.acknowledge(taken.subList(4, 10)));
    assertThat(depths().lengths()).containsExactly(0L, 0L, 0L);
    assertThat(depths().done()).containsExactly(0L, 10L, 0L);
    assertThat(number(Command.EXISTS, Keys.PARTS)).isZero();
  }

  @Test
  void what_one_dispatcher_has_no_slots_for_is_there_for_others() {
    var entries = entries(NORMAL, 5);
    var _ = await(streams.enqueue(NORMAL, entries));
    var taken = await(streams.take("a", 2, ROUND)).deliveries();
    await(streams.acknowledge(taken.subList(0, 2)));

    await(streams.spread(taken.subList(2, 5)));

    assertThat(number(Command.XLEN, Keys.stream(NORMAL))).isZero();
    assertThat(depths().done()).containsExactly(0L, 5L, 0L);
    var one = await(streams.take("b", 1, ROUND)).deliveries();
    assertThat(one).extracting(Delivery::entry).containsExactly(entries.get(2));
    assertThat(one).extracting(Delivery::stream).containsExactly(0);
  }

  @Test
  void what_a_dispatcher_left_alone_is_taken_over_by_another() {
    fill(10);
    var taken = await(streams.take("dead", 12, ROUND)).deliveries();

    assertThat(await(streams.takeOver("b", LONG))).isEmpty();
    assertThat(await(streams.takeOver("b", Duration.ZERO)))
        .containsExactlyInAnyOrderElementsOf(taken);
  }

  @Test
  void what_was_taken_over_is_not_idle_any_more() {
    fill(1);
    assertThat(await(streams.take("dead", 3, ROUND)).deliveries()).hasSize(3);
    assertThat(await(streams.takeOver("b", Duration.ZERO))).hasSize(3);

    assertThat(await(streams.takeOver("c", LONG))).isEmpty();
  }

  @Test
  void entries_that_were_deleted_before_they_were_acknowledged_are_passed_over() {
    fill(2);
    var taken = await(streams.take("dead", 6, new int[] {2, 2, 2})).deliveries();
    var gone = taken.getFirst();
    var _ = LAB.redis(Command.XDEL, Keys.stream(gone.stream()), gone.position());

    assertThat(await(streams.takeOver("b", Duration.ZERO)))
        .containsExactlyInAnyOrderElementsOf(taken.subList(1, taken.size()));
  }

  @Test
  void a_reader_that_waits_is_woken_by_the_next_entry() {
    var entries = entries(LOW, 1);
    var waiting = streams.await("a", 10, Duration.ofSeconds(30));

    var _ = await(streams.enqueue(LOW, entries));

    assertThat(await(waiting)).extracting(Delivery::entry).isEqualTo(entries);
    assertThat(await(waiting)).extracting(Delivery::stream).containsExactly(3);
  }

  @Test
  void a_reader_that_waits_in_vain_gets_nothing() {
    assertThat(await(streams.await("a", 10, Duration.ofMillis(1)))).isEmpty();
  }

  @Test
  void an_entry_that_is_not_ours_does_not_keep_ours_from_being_read() {
    var _ = LAB.redis(Command.XADD, Keys.stream(NORMAL), "*", "j", "something else");
    var _ = await(streams.enqueue(NORMAL, entries(NORMAL, 1)));

    assertThat(await(streams.take("a", 12, ROUND)).deliveries()).hasSize(1);
    assertThat(await(streams.takeOver("a", Duration.ZERO))).hasSize(1);
  }

  @Test
  void scripts_that_redis_forgot_are_sent_again() {
    for (int round = 1; round <= 3; round++) {
      var _ = LAB.redis(Command.SCRIPT, "FLUSH");
      var _ = await(streams.enqueue(NORMAL, entries(NORMAL, 5)));
      var _ = LAB.redis(Command.SCRIPT, "FLUSH");
      var taken = await(streams.take("a", 10, ROUND)).deliveries();
      var _ = LAB.redis(Command.SCRIPT, "FLUSH");
      await(streams.acknowledge(taken));

      assertThat(taken).hasSize(5);
      assertThat(depths().done()).containsExactly(0L, 5L * round, 0L);
    }
  }

  @Test
  void streams_that_redis_lost_are_noticed_and_can_be_made_again() {
    var _ = LAB.redis(Command.FLUSHALL);

    assertThat(Streams.lost(catchThrowable(() -> await(streams.take("a", 1, ROUND))))).isTrue();
    assertThat(Streams.lost(catchThrowable(() -> await(streams.await("a", 1, LONG))))).isTrue();
    assertThat(Streams.lost(catchThrowable(() -> await(streams.takeOver("a", LONG))))).isTrue();
    assertThat(Streams.lost(catchThrowable(() -> LAB.redis(Command.XLEN, text())))).isFalse();

    await(streams.prepare());
    await(streams.prepare());
    var _ = await(streams.enqueue(HIGH, entries(HIGH, 1)));
    assertThat(await(streams.take("a", 1, ROUND)).deliveries()).hasSize(1);
  }

  /** A key that is no stream. */
  private static String text() {
    var _ = LAB.redis(Command.SET, "text", "text");
    return "text";
  }

  private void fill(int each) {
    for (var priority : Priority.values()) {
      enqueueOneByOne(priority, each);
    }
  }

  private void enqueueOneByOne(Priority priority, int count) {
    for (int i = 0; i < count; i++) {
      var _ = await(streams.enqueue(priority, entries(priority, 1)));
    }
  }

  private List<Entry> entries(Priority priority, int count) {
    return IntStream.range(0, count)
        .mapToObj(_ -> new Entry(new UUID(7, made++), made % 5, "tenant", priority))
        .toList();
  }

  private static void park(Entry entry, long inMillis) {
    var time = LAB.redis(Command.TIME);
    long due = Answers.number(time, 0) * 1000 + inMillis;
    var _ = LAB.redis(Command.ZADD, Keys.PARKED, due, entry.value());
  }

  private static int[] byStream(Streams.Taken taken) {
    var counts = new int[Keys.STREAMS];
    taken.deliveries().forEach(delivery -> counts[delivery.stream()]++);
    return counts;
  }

  private static long number(Command command, Object... arguments) {
    return Answers.number(LAB.redis(command, arguments));
  }

  private static Flow.Depths depths() {
    return await(new Flow(LAB.redis()).depths());
  }
}
