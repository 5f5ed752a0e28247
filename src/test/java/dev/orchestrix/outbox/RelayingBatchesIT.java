package dev.orchestrix.outbox;

import static dev.orchestrix.core.job.Priority.HIGH;
import static dev.orchestrix.core.job.Priority.LOW;
import static dev.orchestrix.core.job.Priority.NORMAL;
import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.BacklogEmpty;
import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.fair.DeliveryWindow;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.redis.Flow;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.store.Ids;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Unlimited;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RelayingBatchesIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private Streams streams;
  private Gates gates;

  @BeforeEach
  void prepare() {
    streams = new Streams(LAB.redis(), LAB.redis());
    gates = new Gates(LAB.vertx());
    await(gates.start());
    await(streams.prepare());
  }

  @Test
  void every_job_goes_to_the_stream_of_its_priority_and_the_batch_is_forgotten() {
    var entries = List.of(entry(LOW), entry(HIGH), entry(NORMAL), entry(HIGH));
    var batch = outbox(entries);
    var other = outbox(List.of(entry(HIGH)));

    await(relay(streams).relay(batch, entries));

    assertThat(await(streams.take("test", 10, new int[] {8, 3, 1})).deliveries())
        .extracting(Delivery::entry)
        .containsExactly(entries.get(1), entries.get(3), entries.get(2), entries.get(0));
    until("the batch is forgotten", () -> LAB.number("select count(*) from outbox") == 1);
    assertThat(LAB.rows("select id from outbox").getFirst().getUUID(0)).isEqualTo(other);
  }

  @Test
  void a_full_stream_closes_the_gate_of_its_priority_until_the_backlog_is_empty() {
    await(new Flow(LAB.redis()).set(NORMAL, 1, false));
    var entries = List.of(entry(NORMAL), entry(NORMAL), entry(HIGH));

    await(relay(streams).relay(outbox(entries), entries));

    assertThat(gates.pass(NORMAL)).isFalse();
    assertThat(gates.pass(HIGH)).isTrue();
    empty(NORMAL, 1);
    until("the gate is open", () -> gates.pass(NORMAL));
    until("the batch is forgotten", () -> LAB.number("select count(*) from outbox") == 0);
  }

  @Test
  void before_redis_is_heard_of_as_many_jobs_pass_as_the_smallest_window_holds() {
    assertThat(passing(NORMAL)).isEqualTo(DeliveryWindow.SMALLEST);
    assertThat(gates.haveRoom(1)).isFalse();
    assertThat(passing(LOW)).isEqualTo(DeliveryWindow.SMALLEST);
  }

  @Test
  void as_many_jobs_pass_as_there_is_room_behind_those_that_were_relayed() {
    await(new Flow(LAB.redis()).set(NORMAL, 5, false));
    var entries = List.of(entry(NORMAL), entry(NORMAL));

    await(relay(streams).relay(outbox(entries), entries));

    assertThat(gates.haveRoom(3)).isTrue();
    assertThat(gates.haveRoom(4)).isFalse();
    assertThat(passing(NORMAL)).isEqualTo(3);
  }

  @Test
  void a_gate_that_has_closed_stays_so_whatever_room_a_relay_finds_until_the_backlog_is_empty() {
    assertThat(passing(NORMAL)).isPositive();
    await(new Flow(LAB.redis()).set(NORMAL, 5, false));
    var entries = List.of(entry(NORMAL));

    await(relay(streams).relay(outbox(entries), entries));

    assertThat(gates.pass(NORMAL)).isFalse();
    empty(NORMAL, 7);
    until("the gate is open", () -> gates.haveRoom(7));
    assertThat(passing(NORMAL)).isEqualTo(7);
  }

  @Test
  void a_batch_that_cannot_be_relayed_stays_in_the_outbox() {
    var nowhere =
        new Settings.Redis(
            URI.create("redis://127.0.0.1:1"), Optional.empty(), LAB.settings().redis().timeout());
    var away = new RedisLink(LAB.vertx(), nowhere);
    var entries = List.of(entry(NORMAL), entry(HIGH));
    var batch = outbox(entries);

    await(relay(new Streams(away, away)).relay(batch, entries));

    assertThat(gates.pass(NORMAL)).isFalse();
    assertThat(gates.pass(HIGH)).isFalse();
    assertThat(gates.pass(LOW)).isTrue();
    assertThat(LAB.rows("select id from outbox"))
        .extracting(row -> row.getUUID(0))
        .containsExactly(batch);
    await(away.close());
  }

  private int passing(Priority priority) {
    int passed = 0;
    while (gates.pass(priority)) {
      passed++;
    }
    return passed;
  }

  private static void empty(Priority priority, int room) {
    LAB.vertx().eventBus().publish(Addresses.BACKLOG_EMPTY, new BacklogEmpty(priority, room));
  }

  private Relay relay(Streams to) {
    return new Relay(LAB.vertx(), LAB.postgres(), to, gates, LAB.meters(), Unlimited.marking(LAB));
  }

  private static Entry entry(Priority priority) {
    return new Entry(Ids.next(), 0, "default", priority);
  }

  private static UUID outbox(List<Entry> entries) {
    var batch = Ids.next();
    var _ =
        LAB.rows(
            "insert into outbox (id, node, jobs) values ($1, 7, $2)",
            batch,
            entries.stream().map(Entry::id).toArray(UUID[]::new));
    return batch;
  }
}
