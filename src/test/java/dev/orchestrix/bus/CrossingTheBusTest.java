package dev.orchestrix.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrix.core.job.Priority;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CrossingTheBusTest {

  @Test
  void an_assignment_arrives_as_it_was_sent() {
    var random = new Random(12);
    for (int size : List.of(0, 1, 2, 17, 500)) {
      var assignment =
          new Assignment(
              random.nextInt(), random.nextLong(), random.nextLong(), deliveries(random, size));

      assertThat(sent(Messages.ASSIGNMENT, assignment)).isEqualTo(assignment);
    }
  }

  @Test
  void a_tenant_with_letters_of_several_bytes_arrives_as_it_was_sent() {
    var entry = new Entry(new UUID(1, 2), 3, "größe-🎉", Priority.LOW);
    var assignment = new Assignment(7, 8, 9, List.of(new Delivery(0, "1-1", entry)));

    assertThat(sent(Messages.ASSIGNMENT, assignment)).isEqualTo(assignment);
  }

  @Test
  void a_grant_arrives_as_it_was_sent() {
    for (var grant : List.of(new Grant(1, 2), new Grant(Integer.MAX_VALUE, Long.MIN_VALUE))) {
      assertThat(sent(Messages.GRANT, grant)).isEqualTo(grant);
    }
  }

  @Test
  void a_cancellation_arrives_as_it_was_sent() {
    var cancellation =
        new Cancellation(new UUID(-1, 2), 7, "größe-🎉 is wrong", Duration.ofMillis(1500));

    assertThat(sent(Messages.CANCELLATION, cancellation)).isEqualTo(cancellation);
  }

  @Test
  void what_jobs_have_cost_arrives_as_it_was_sent() {
    var times =
        new SlotTimes(
            List.of(
                new SlotTime(Priority.LOW, "a-tenant", 3, 1_500_000),
                new SlotTime(Priority.HIGH, "another", Integer.MAX_VALUE, Long.MAX_VALUE)));

    assertThat(sent(Messages.SLOT_TIMES, times)).isEqualTo(times);
  }

  @Test
  void whose_backlog_grew_arrives_as_it_was_sent_each_named_once() {
    var known = BacklogGrew.of(Priority.NORMAL, List.of("a", "b", "a"));
    var unknown = BacklogGrew.of(Priority.LOW, List.of());
    var returned = BacklogGrew.returned(Priority.HIGH, List.of("c"));

    assertThat(sent(Messages.BACKLOG_GREW, known)).isEqualTo(known);
    assertThat(known.tenants()).containsExactly("a", "b");
    assertThat(sent(Messages.BACKLOG_GREW, unknown)).isEqualTo(unknown);
    assertThat(sent(Messages.BACKLOG_GREW, returned)).isEqualTo(returned);
  }

  @Test
  void whose_backlog_is_empty_arrives_as_it_was_sent() {
    var empty = new BacklogEmpty(Priority.LOW, 50_000);

    assertThat(sent(Messages.BACKLOG_EMPTY, empty)).isEqualTo(empty);
  }

  @Test
  void which_lanes_have_moved_arrives_as_it_was_sent_each_named_once_unless_they_are_too_many() {
    var lane = new LaneName("größe-🎉", "a:key with spaces");
    var named = LanesMoved.of(List.of(lane, new LaneName("b", "c"), lane));
    var many = IntStream.range(0, 1000).mapToObj(i -> new LaneName("a", "key" + i)).toList();

    assertThat(sent(Messages.LANES_MOVED, named)).isEqualTo(named);
    assertThat(named.lanes()).containsExactly(lane, new LaneName("b", "c"));
    assertThat(sent(Messages.LANES_MOVED, LanesMoved.of(many)).lanes()).isEmpty();
  }

  @Test
  void a_message_that_stays_on_its_node_is_not_copied() {
    var grant = new Grant(1, 2);

    assertThat(Messages.GRANT.transform(grant)).isSameAs(grant);
  }

  @Test
  void the_names_of_the_codecs_say_their_version() {
    assertThat(
            List.of(
                Messages.ASSIGNMENT.name(),
                Messages.GRANT.name(),
                Messages.CANCELLATION.name(),
                Messages.SLOT_TIMES.name(),
                Messages.BACKLOG_GREW.name(),
                Messages.LANES_MOVED.name()))
        .containsExactly(
            "orchestrix.assignment.v1",
            "orchestrix.grant.v1",
            "orchestrix.cancellation.v1",
            "orchestrix.slot-times.v1",
            "orchestrix.backlog-grew.v1",
            "orchestrix.lanes-moved.v1");
  }

  @Test
  void a_bus_carries_them_all_and_takes_the_codecs_once() {
    var vertx = Vertx.vertx();
    try {
      Messages.register(vertx);

      assertThat(carried(vertx, new Grant(1, 2))).isEqualTo(new Grant(1, 2));
      assertThat(carried(vertx, new Assignment(1, 0, 0, List.of())))
          .isEqualTo(new Assignment(1, 0, 0, List.of()));
      var cancellation = new Cancellation(new UUID(1, 2), 1, "why", Duration.ZERO);
      assertThat(carried(vertx, cancellation)).isEqualTo(cancellation);
      assertThatThrownBy(() -> Messages.register(vertx)).isInstanceOf(IllegalStateException.class);
    } finally {
      vertx.close().await();
    }
  }

  private static Object carried(Vertx vertx, Object message) {
    var arrived = Promise.promise();
    var consumer = vertx.eventBus().localConsumer("here");
    consumer.handler(received -> arrived.complete(received.body()));
    vertx.eventBus().send("here", message);
    return arrived.future().eventually(consumer::unregister).await();
  }

  /** Behind other bytes and before others, as in a frame of the bus. */
  private static <M> M sent(MessageCodec<M, M> codec, M message) {
    var frame = Buffer.buffer("before");
    int position = frame.length();
    codec.encodeToWire(frame, message);
    frame.appendString("after");
    return codec.decodeFromWire(position, Buffer.buffer(frame.getBytes()));
  }

  private static List<Delivery> deliveries(Random random, int size) {
    var deliveries = new ArrayList<Delivery>();
    for (int i = 0; i < size; i++) {
      var id = new UUID(random.nextLong(), random.nextLong());
      var priority = Priority.ofCode(random.nextInt(3));
      var entry = new Entry(id, random.nextInt(1000), "tenant-" + i, priority);
      var position = random.nextLong(1L << 40) + "-" + i;
      deliveries.add(new Delivery(random.nextInt(4), position, 1 + random.nextInt(32), entry));
    }
    return deliveries;
  }
}
