package dev.orchestrix.outbox;

import static dev.orchestrix.core.job.Priority.NORMAL;
import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.BacklogEmpty;
import dev.orchestrix.bus.Delivery;
import dev.orchestrix.core.fair.DeliveryWindow;
import dev.orchestrix.redis.Flow;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Unlimited;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The leader moves the backlog of a priority to its stream. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FeedingTheStreamsIT {
  private static final int WINDOW = DeliveryWindow.SMALLEST;

  @RegisterExtension static final Lab LAB = new Lab();

  private Streams streams;
  private Flow flow;
  private Leadership leadership;

  @BeforeEach
  void lead() {
    streams = new Streams(LAB.redis(), LAB.redis());
    flow = new Flow(LAB.redis());
    leadership = leadership(1);
    await(streams.prepare());
    await(leadership.start());
  }

  @AfterEach
  void stop() {
    await(leadership.stop());
  }

  @Test
  void the_stream_is_filled_up_to_the_window_and_again_when_there_is_room() {
    var jobs = backlog("default", WINDOW + 44);

    feed(leadership);

    until("the window is full", () -> length() == WINDOW);
    var first = take();
    assertThat(first).containsExactlyInAnyOrderElementsOf(jobs.subList(0, WINDOW));
    var rest = new ArrayList<UUID>();
    until("the rest has come", () -> rest.addAll(take()) && rest.size() == 44);
    assertThat(rest).containsExactlyInAnyOrderElementsOf(jobs.subList(WINDOW, jobs.size()));
    assertThat(LAB.rows("select from backlog_jobs")).isEmpty();
    until("the outbox is empty", () -> LAB.number("select count(*) from outbox") == 0);
  }

  @Test
  void what_has_no_room_stays_in_postgres() {
    var _ = backlog("default", WINDOW + 44);

    feed(leadership);

    until("the window is full", () -> length() == WINDOW);
    assertThat(LAB.number("select count(*) from backlog_jobs")).isEqualTo(44);
  }

  @Test
  void gates_open_when_the_backlog_is_empty() {
    var gates = new Gates(LAB.vertx());
    await(gates.start());
    gates.close(NORMAL);
    await(flow.set(NORMAL, WINDOW, true));
    var empty = LAB.<BacklogEmpty>overhear(Addresses.BACKLOG_EMPTY);
    var _ = backlog("default", 3);

    feed(leadership);

    assertThat(empty.next()).isEqualTo(new BacklogEmpty(NORMAL, WINDOW - 3));
    assertThat(length()).isEqualTo(3);
    assertThat(LAB.rows("select from backlog_jobs")).isEmpty();
    until("the gate is open", () -> gates.pass(NORMAL));
    assertThat(await(streams.enqueue(NORMAL, List.of(LAB.ready(1).getFirst().entry()))))
        .isEqualTo(WINDOW - 4);
  }

  @Test
  void a_tenant_with_a_few_jobs_does_not_wait_for_one_with_many() {
    var _ = backlog("heavy", WINDOW * 2);
    var few = backlog("light", 3);

    feed(leadership);

    until("the window is full", () -> length() == WINDOW);
    assertThat(take()).containsAll(few);
  }

  @Test
  void tenants_with_one_job_each_fill_the_window_in_few_turns() {
    for (int i = 0; i < 3 * WINDOW; i++) {
      var _ = backlog("tenant-%03d".formatted(i), 1);
    }
    long before = turns();

    feed(leadership);

    until("the window is full", () -> length() >= WINDOW - WINDOW / 8);
    assertThat(turns() - before).isBetween(1L, 4L);
  }

  @Test
  void a_tenant_that_begins_to_wait_is_next_whatever_another_has_waiting() {
    int many = 5_000;
    var heavy = backlog("heavy", many);
    feed(leadership);
    until("the heavy one is being fed", () -> length() > 0);
    var seen = new HashSet<UUID>();

    var light = backlog("light", 3);
    new Gates(LAB.vertx()).grew(NORMAL, List.of("light"));
    until(
        "the light one has had its turn",
        () -> {
          seen.addAll(take());
          return seen.containsAll(light);
        });

    assertThat(seen).hasSizeLessThan(many);
    until(
        "all are fed",
        () -> {
          seen.addAll(take());
          return seen.size() == many + 3;
        });
    assertThat(seen).containsAll(heavy);
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", ""})
  void jobs_that_came_back_go_before_those_of_their_tenant_that_came_after_them(String named) {
    int many = 5_000;
    var _ = backlog("default", many);
    feed(leadership);
    until("it is being fed", () -> length() > 0);
    var first = take();

    BacklogRows.write(LAB, NORMAL, "default", List.copyOf(first));
    new Gates(LAB.vertx()).returned(NORMAL, named.isEmpty() ? List.of() : List.of(named));

    var seen = new HashSet<UUID>();
    until(
        "they are fed again",
        () -> {
          seen.addAll(take());
          return seen.containsAll(first);
        });
    assertThat(seen).hasSizeLessThan(many);
  }

  @Test
  void jobs_of_a_tenant_are_fed_in_the_order_of_their_ids_wherever_their_rows_lie() {
    var ids = Stream.generate(Ids::next).limit(20).toList();
    BacklogRows.write(LAB, NORMAL, "default", ids.subList(10, 20));
    BacklogRows.write(LAB, NORMAL, "default", ids.subList(0, 10));

    feed(leadership);

    until("all are on the stream", () -> length() == 20);
    var taken = await(streams.take("test", 2000, new int[] {0, 2000, 0})).deliveries();
    assertThat(taken).extracting(one -> one.entry().id()).containsExactlyElementsOf(ids);
  }

  @Test
  void a_tenant_that_waits_for_its_tokens_is_left_alone_until_then() {
    var _ = LAB.redis(Command.HSET, Keys.HELD, "slow", System.currentTimeMillis() + 600_000);
    var slow = backlog("slow", 3);
    var fast = backlog("fast", 3);

    feed(leadership);

    until("others are fed", () -> length() == 3);
    assertThat(take()).containsExactlyInAnyOrderElementsOf(fast);
    assertThat(LAB.number("select count(*) from backlog_jobs")).isEqualTo(3);
    var _ = LAB.redis(Command.DEL, Keys.HELD);
    until("it is fed", () -> length() == 3);
    assertThat(take()).containsExactlyInAnyOrderElementsOf(slow);
  }

  @Test
  void a_tenant_that_is_stopped_is_left_alone_and_others_are_fed() {
    var _ = backlog("stopped", 3);
    var other = backlog("other", 3);

    feed(leadership);

    until("the other is fed", () -> length() == 3);
    assertThat(take()).containsExactlyInAnyOrderElementsOf(other);
    assertThat(LAB.number("select count(*) from backlog_jobs")).isEqualTo(3);
  }

  @Test
  void a_tenant_with_a_rate_gets_no_more_at_once_than_fits_it() {
    var rated = backlog("rated", WINDOW);
    var _ = backlog("other", WINDOW);

    feed(leadership);

    until("the window is full", () -> length() == WINDOW);
    assertThat(take()).filteredOn(rated::contains).hasSize(5);
  }

  @Test
  void a_node_that_does_not_lead_begins_when_it_does() {
    var other = leadership(2);
    await(other.start());
    assertThat(other.leads()).isFalse();
    var jobs = backlog("default", 3);

    feed(other);
    await(leadership.stop());

    until("the other feeds", () -> length() == 3);
    assertThat(other.leads()).isTrue();
    assertThat(take()).containsExactlyInAnyOrderElementsOf(jobs);
    await(other.stop());
  }

  private static Leadership leadership(int node) {
    return new Leadership(LAB.vertx(), LAB.postgres(), LAB.meters(), "scheduler", node);
  }

  /**
   * How often a feeder has told Redis that there is a backlog, which it does ahead of each move.
   */
  private static long turns() {
    return String.valueOf(LAB.redis(Command.INFO, "commandstats"))
        .lines()
        .filter(line -> line.startsWith("cmdstat_hset:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+).*", "$1")))
        .sum();
  }

  private void feed(Leadership leader) {
    var relay =
        new Relay(
            LAB.vertx(),
            LAB.postgres(),
            streams,
            new Gates(LAB.vertx()),
            LAB.meters(),
            Unlimited.marking(LAB));
    var feeder =
        new Feeder(
            NORMAL,
            new Backlog(LAB.postgres(), 1),
            relay,
            flow,
            leader,
            LAB.meters(),
            LAB.settings().dispatch().window(),
            _ -> 1,
            FeedingTheStreamsIT::atOnce,
            () -> false);
    LAB.deploy(feeder);
  }

  private static int atOnce(String tenant) {
    return switch (tenant) {
      case "stopped" -> 0;
      case "rated" -> 5;
      default -> Integer.MAX_VALUE;
    };
  }

  private static List<UUID> backlog(String tenant, int jobs) {
    return BacklogRows.write(LAB, NORMAL, tenant, jobs);
  }

  private long length() {
    return await(flow.depths()).lengths().get(NORMAL.code());
  }

  /** What is on the stream; it is acknowledged. */
  private Set<UUID> take() {
    var taken = await(streams.take("test", 2000, new int[] {0, 2000, 0})).deliveries();
    await(streams.acknowledge(taken));
    return taken.stream().map(Delivery::entry).map(entry -> entry.id()).collect(Collectors.toSet());
  }
}
