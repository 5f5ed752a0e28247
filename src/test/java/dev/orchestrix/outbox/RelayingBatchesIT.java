package dev.orchestrix.outbox;

import static dev.orchestrix.core.job.Priority.HIGH;
import static dev.orchestrix.core.job.Priority.LOW;
import static dev.orchestrix.core.job.Priority.NORMAL;
import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.config.Settings;
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

    assertThat(gates.isOpen(NORMAL)).isFalse();
    assertThat(gates.isOpen(HIGH)).isTrue();
    LAB.vertx().eventBus().publish(Addresses.BACKLOG_EMPTY, "high");
    LAB.vertx().eventBus().publish(Addresses.BACKLOG_EMPTY, "normal");
    until("the gate is open", () -> gates.isOpen(NORMAL));
    until("the batch is forgotten", () -> LAB.number("select count(*) from outbox") == 0);
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

    assertThat(gates.isOpen(NORMAL)).isFalse();
    assertThat(gates.isOpen(HIGH)).isFalse();
    assertThat(gates.isOpen(LOW)).isTrue();
    assertThat(LAB.rows("select id from outbox"))
        .extracting(row -> row.getUUID(0))
        .containsExactly(batch);
    await(away.close());
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
