package dev.orchestrix.bus;

import dev.orchestrix.core.job.Priority;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The codecs of our own messages; a message that stays on its node is passed as it is. */
public final class Messages {

  static final MessageCodec<Assignment, Assignment> ASSIGNMENT =
      codec("assignment.v1", Messages::write, Messages::assignment);

  static final MessageCodec<Grant, Grant> GRANT =
      codec("grant.v1", Messages::write, Messages::grant);

  static final MessageCodec<Cancellation, Cancellation> CANCELLATION =
      codec("cancellation.v1", Messages::write, Messages::cancellation);

  static final MessageCodec<SlotTimes, SlotTimes> SLOT_TIMES =
      codec("slot-times.v1", Messages::write, Messages::slotTimes);

  static final MessageCodec<BacklogGrew, BacklogGrew> BACKLOG_GREW =
      codec("backlog-grew.v1", Messages::write, Messages::backlogGrew);

  static final MessageCodec<BacklogEmpty, BacklogEmpty> BACKLOG_EMPTY =
      codec("backlog-empty.v1", Messages::write, Messages::backlogEmpty);

  static final MessageCodec<LanesMoved, LanesMoved> LANES_MOVED =
      codec("lanes-moved.v1", Messages::write, Messages::lanesMoved);

  /** Call once per Vertx, before the first deployment: a second registration throws. */
  public static void register(Vertx vertx) {
    vertx
        .eventBus()
        .registerDefaultCodec(Assignment.class, ASSIGNMENT)
        .registerDefaultCodec(Grant.class, GRANT)
        .registerDefaultCodec(Cancellation.class, CANCELLATION)
        .registerDefaultCodec(SlotTimes.class, SLOT_TIMES)
        .registerDefaultCodec(BacklogGrew.class, BACKLOG_GREW)
        .registerDefaultCodec(BacklogEmpty.class, BACKLOG_EMPTY)
        .registerDefaultCodec(LanesMoved.class, LANES_MOVED);
  }

  private static void write(Assignment message, Buffer to) {
    to.appendInt(message.dispatcher()).appendLong(message.sent()).appendLong(message.agedNanos());
    to.appendInt(message.deliveries().size());
    for (var one : message.deliveries()) {
      to.appendInt(one.stream());
      text(to, one.position());
      to.appendInt(one.of());
      text(to, one.entry().value());
    }
  }

  private static Assignment assignment(Cursor from) {
    int dispatcher = from.number();
    long sent = from.large();
    long agedNanos = from.large();
    int size = from.number();
    var deliveries = new ArrayList<Delivery>(size);
    for (int i = 0; i < size; i++) {
      deliveries.add(
          new Delivery(from.number(), from.text(), from.number(), Entry.parse(from.text())));
    }
    return new Assignment(dispatcher, sent, agedNanos, deliveries);
  }

  private static void write(Grant message, Buffer to) {
    to.appendInt(message.executor()).appendLong(message.limit());
  }

  private static Grant grant(Cursor from) {
    return new Grant(from.number(), from.large());
  }

  private static void write(Cancellation message, Buffer to) {
    to.appendLong(message.job().getMostSignificantBits());
    to.appendLong(message.job().getLeastSignificantBits());
    to.appendInt(message.attempt());
    text(to, message.reason());
    to.appendLong(message.grace().toMillis());
  }

  private static Cancellation cancellation(Cursor from) {
    var job = new UUID(from.large(), from.large());
    return new Cancellation(job, from.number(), from.text(), Duration.ofMillis(from.large()));
  }

  private static void write(SlotTimes message, Buffer to) {
    to.appendInt(message.times().size());
    for (var one : message.times()) {
      to.appendInt(one.priority().code());
      text(to, one.tenant());
      to.appendInt(one.jobs()).appendLong(one.micros());
    }
  }

  private static SlotTimes slotTimes(Cursor from) {
    int size = from.number();
    var times = new ArrayList<SlotTime>(size);
    for (int i = 0; i < size; i++) {
      times.add(
          new SlotTime(Priority.ofCode(from.number()), from.text(), from.number(), from.large()));
    }
    return new SlotTimes(times);
  }

  private static void write(BacklogGrew message, Buffer to) {
    to.appendInt(message.priority().code());
    to.appendInt(message.tenants().size());
    message.tenants().forEach(tenant -> text(to, tenant));
    to.appendInt(message.returned() ? 1 : 0);
  }

  private static BacklogGrew backlogGrew(Cursor from) {
    var priority = Priority.ofCode(from.number());
    int size = from.number();
    var tenants = new ArrayList<String>(size);
    for (int i = 0; i < size; i++) {
      tenants.add(from.text());
    }
    return new BacklogGrew(priority, tenants, from.number() == 1);
  }

  private static void write(BacklogEmpty message, Buffer to) {
    to.appendInt(message.priority().code()).appendInt(message.room());
  }

  private static BacklogEmpty backlogEmpty(Cursor from) {
    return new BacklogEmpty(Priority.ofCode(from.number()), from.number());
  }

  private static void write(LanesMoved message, Buffer to) {
    to.appendInt(message.lanes().size());
    for (var lane : message.lanes()) {
      text(to, lane.tenant());
      text(to, lane.key());
    }
  }

  private static LanesMoved lanesMoved(Cursor from) {
    int size = from.number();
    var lanes = new ArrayList<LaneName>(size);
    for (int i = 0; i < size; i++) {
      lanes.add(new LaneName(from.text(), from.text()));
    }
    return new LanesMoved(lanes);
  }

  private static void text(Buffer to, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    to.appendInt(bytes.length).appendBytes(bytes);
  }

  private static final class Cursor {
    private final Buffer bytes;
    private int at;

    Cursor(Buffer bytes, int at) {
      this.bytes = bytes;
      this.at = at;
    }

    int number() {
      at += Integer.BYTES;
      return bytes.getInt(at - Integer.BYTES);
    }

    long large() {
      at += Long.BYTES;
      return bytes.getLong(at - Long.BYTES);
    }

    String text() {
      int length = number();
      at += length;
      return bytes.getString(at - length, at);
    }
  }

  private static <M> MessageCodec<M, M> codec(
      String name, BiConsumer<M, Buffer> write, Function<Cursor, M> read) {
    return new MessageCodec<>() {
      @Override
      public void encodeToWire(Buffer buffer, M message) {
        write.accept(message, buffer);
      }

      @Override
      public M decodeFromWire(int position, Buffer buffer) {
        return read.apply(new Cursor(buffer, position));
      }

      @Override
      public M transform(M message) {
        return message;
      }

      @Override
      public String name() {
        return "orchestrix." + name;
      }

      @Override
      public byte systemCodecID() {
        return -1;
      }
    };
  }

  private Messages() {}
}
