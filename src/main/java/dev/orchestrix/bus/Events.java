package dev.orchestrix.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes transitions to whoever listens, and costs nothing when nobody does: which addresses
 * have a consumer anywhere in the cluster is looked up a few times a second, not per event.
 */
public final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);
  private static final long LOOK_EVERY_MILLIS = 250;

  private final Vertx vertx;
  private final Supplier<Set<String>> addresses;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile Set<String> heard = Set.of();

  /**
   * @param addresses every address that has a consumer in the cluster; may block
   */
  public Events(Vertx vertx, Supplier<Set<String>> addresses) {
    this.vertx = vertx;
    this.addresses = addresses;
  }

  /** Begins to look who listens. */
  public Future<Void> start() {
    var consumer = vertx.eventBus().<String>consumer(Addresses.LISTENING);
    consumer.handler(message -> heardAt(Addresses.events(message.body())));
    look();
    return consumer.completion();
  }

  /** Looks no more; nothing is published from then on. */
  public void stop() {
    closed.set(true);
    heard = Set.of();
  }

  /** Whether somebody listens to the tenant's events; to be asked before an event is made. */
  public boolean wanted(String tenant) {
    var known = heard;
    return !known.isEmpty() && known.contains(Addresses.events(tenant));
  }

  /** Sends the event to every listener of its tenant, at most once each. */
  public void publish(JobEvent event) {
    vertx.eventBus().publish(Addresses.events(event.tenant()), event.toJson());
  }

  /** Tells all nodes at once that this one has begun to listen, instead of at their next look. */
  public void listening(String tenant) {
    heardAt(Addresses.events(tenant));
    vertx.eventBus().publish(Addresses.LISTENING, tenant);
  }

  private void heardAt(String address) {
    var more = ConcurrentHashMap.<String>newKeySet();
    more.addAll(heard);
    more.add(address);
    heard = more;
  }

  private void look() {
    if (closed.get()) {
      return;
    }
    vertx
        .executeBlocking(addresses::get, false)
        .onSuccess(found -> heard = found)
        .onFailure(e -> LOG.warn("cannot see who listens to events; keeping the last answer", e))
        .onComplete(_ -> vertx.setTimer(LOOK_EVERY_MILLIS, _ -> look()));
  }
}
