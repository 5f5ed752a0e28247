package dev.orchestrix.outbox;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.BacklogEmpty;
import dev.orchestrix.bus.BacklogGrew;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.LaneName;
import dev.orchestrix.bus.LanesMoved;
import dev.orchestrix.core.fair.DeliveryWindow;
import dev.orchestrix.core.job.Priority;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Whether new jobs of a priority go straight to its stream or wait in the backlog. A node's gate
 * lets through as many as there was room for when Redis answered last, so that who submits very
 * many at once fills the delivery window and no more. It closes when there is no room or the stream
 * cannot be reached, and opens when the feeder says that the backlog is empty. It may lag: that
 * costs a little order, never a job. Safe for use by several threads.
 */
public final class Gates {

  /** In place of the room there is. */
  private static final int CLOSED = -1;

  private final Vertx vertx;

  /** How many jobs of each priority may pass before Redis is heard of again. */
  private final AtomicIntegerArray room = new AtomicIntegerArray(Priority.values().length);

  public Gates(Vertx vertx) {
    this.vertx = vertx;
    for (var priority : Priority.values()) {
      room.set(priority.code(), DeliveryWindow.SMALLEST);
    }
  }

  /** Begins to hear the feeder. */
  public Future<Void> start() {
    var consumer = vertx.eventBus().<BacklogEmpty>consumer(Addresses.BACKLOG_EMPTY);
    consumer.handler(message -> open(message.body()));
    return consumer.completion();
  }

  /**
   * Whether a new job goes straight to the stream, where it then has its place. The first that does
   * not closes the gate: what comes after it does not overtake it. Whoever writes it into the
   * backlog tells the feeder.
   */
  public boolean pass(Priority priority) {
    return room.getAndUpdate(priority.code(), left -> left > 0 ? left - 1 : CLOSED) > 0;
  }

  /** Whether so many jobs of any priority could go straight to their streams. */
  public boolean haveRoom(int jobs) {
    return Arrays.stream(Priority.values()).allMatch(one -> room.get(one.code()) >= jobs);
  }

  /**
   * What Redis says of a stream that jobs were just added to. Those on their way meanwhile are not
   * in it: as many batches as are written at once may be beyond the window.
   *
   * @param jobs for how many there is room; less than 0 closes the gate
   */
  void room(Priority priority, int jobs) {
    if (jobs < 0) {
      close(priority);
    } else {
      room.updateAndGet(priority.code(), left -> left == CLOSED ? CLOSED : jobs);
    }
  }

  /** New jobs wait in the backlog from now on; tells the feeder when that is news. */
  void close(Priority priority) {
    if (room.getAndSet(priority.code(), CLOSED) != CLOSED) {
      grew(priority, List.of());
    }
  }

  /**
   * Tells the feeder that the backlog has jobs of tenants that it may not know of.
   *
   * @param tenants whose; empty when that is not known
   */
  public void grew(Priority priority, Collection<String> tenants) {
    vertx.eventBus().publish(Addresses.BACKLOG_GREW, BacklogGrew.of(priority, tenants));
  }

  /** Tells the feeder that jobs are back which come before others that were fed already. */
  public void returned(Priority priority) {
    returned(priority, List.of());
  }

  /**
   * The same with the names of their tenants.
   *
   * @param tenants whose; empty when that is not known
   */
  public void returned(Priority priority, Collection<String> tenants) {
    vertx.eventBus().publish(Addresses.BACKLOG_GREW, BacklogGrew.returned(priority, tenants));
  }

  /** The same of jobs that are in the backlog again, or only now, of any priority. */
  public void returned(Collection<Entry> entries) {
    entries.stream()
        .collect(groupingBy(Entry::priority, mapping(Entry::tenant, toSet())))
        .forEach(this::returned);
  }

  /** Tells that in lanes jobs may be called. */
  public void moved(Collection<LaneName> lanes) {
    LanesMoved.tell(vertx, lanes);
  }

  private void open(BacklogEmpty news) {
    room.set(news.priority().code(), news.room());
  }
}
