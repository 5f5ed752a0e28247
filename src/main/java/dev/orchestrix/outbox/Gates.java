package dev.orchestrix.outbox;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.BacklogGrew;
import dev.orchestrix.bus.LaneName;
import dev.orchestrix.bus.LanesMoved;
import dev.orchestrix.core.job.Priority;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Whether new jobs of a priority go straight to its stream or wait in the backlog. A node's gate
 * closes when the stream is full or cannot be reached, and opens when the feeder says that the
 * backlog is empty. It may lag: that costs a little order, never a job.
 */
public final class Gates {
  private static final int CLOSED = 1;

  private final Vertx vertx;
  private final AtomicIntegerArray gates = new AtomicIntegerArray(Priority.values().length);

  public Gates(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Begins to hear the feeder. */
  public Future<Void> start() {
    var consumer = vertx.eventBus().<String>consumer(Addresses.BACKLOG_EMPTY);
    consumer.handler(message -> Priority.ofLabel(message.body()).ifPresent(this::open));
    return consumer.completion();
  }

  /** Whether new jobs go straight to the stream. */
  public boolean isOpen(Priority priority) {
    return gates.get(priority.code()) != CLOSED;
  }

  /** New jobs wait in the backlog from now on; tells the feeder when that is news. */
  void close(Priority priority) {
    if (gates.getAndSet(priority.code(), CLOSED) != CLOSED) {
      grew(priority);
    }
  }

  /** Tells the feeder that the backlog has jobs of tenants that it may not know of. */
  public void grew(Priority priority) {
    grew(priority, List.of());
  }

  /**
   * The same with their names, so that nobody has to look for them.
   *
   * @param tenants whose; empty when that is not known
   */
  public void grew(Priority priority, Collection<String> tenants) {
    vertx.eventBus().publish(Addresses.BACKLOG_GREW, BacklogGrew.of(priority, tenants));
  }

  /** Tells the feeder that jobs of these tenants are back, which were fed before others. */
  public void returned(Priority priority, Collection<String> tenants) {
    vertx.eventBus().publish(Addresses.BACKLOG_GREW, BacklogGrew.returned(priority, tenants));
  }

  /** Tells that in lanes jobs may be called. */
  public void moved(Collection<LaneName> lanes) {
    LanesMoved.tell(vertx, lanes);
  }

  private void open(Priority priority) {
    gates.set(priority.code(), 0);
  }
}
