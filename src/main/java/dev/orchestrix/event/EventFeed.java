package dev.orchestrix.event;

import dev.orchestrix.bus.Addresses;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the events of the bus to any number of listeners, through one consumer for each tenant that
 * has any. Belongs to the event loop that made it, and calls its listeners there.
 */
public final class EventFeed {
  private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);

  private final Vertx vertx;
  private final Consumer<String> listening;
  private final Map<String, Tenant> tenants = new HashMap<>();

  /** The listeners of one tenant: to all of its events, or to those of one job. */
  private static final class Tenant {
    private final MessageConsumer<JsonObject> consumer;
    private final Set<Consumer<Heard>> all = new LinkedHashSet<>();
    private final Map<UUID, Set<Consumer<Heard>>> byJob = new HashMap<>();

    private Tenant(MessageConsumer<JsonObject> consumer) {
      this.consumer = consumer;
    }

    private boolean unheard() {
      return all.isEmpty() && byJob.isEmpty();
    }
  }

  /** One listener's place; closing it twice is closing it once. */
  public static final class Subscription implements AutoCloseable {
    private final Future<Void> ready;
    private final Runnable leave;

    private Subscription(Future<Void> ready, Runnable leave) {
      this.ready = ready;
      this.leave = leave;
    }

    /** Completes when events published from then on are heard, on every node. */
    public Future<Void> ready() {
      return ready;
    }

    /** The same place, leaving which does this as well. */
    Subscription andThen(Runnable more) {
      return new Subscription(
          ready,
          () -> {
            leave.run();
            more.run();
          });
    }

    /** Hears no more. */
    @Override
    public void close() {
      leave.run();
    }
  }

  /**
   * @param listening told the tenant when a first listener has come, so that publishers know at
   *     once
   */
  public EventFeed(Vertx vertx, Consumer<String> listening) {
    this.vertx = vertx;
    this.listening = listening;
  }

  /** Hears all events of a tenant. */
  public Subscription ofTenant(String tenant, Consumer<Heard> listener) {
    var heard = tenants.computeIfAbsent(tenant, this::consume);
    heard.all.add(listener);
    return new Subscription(
        heard.consumer.completion(),
        () -> {
          heard.all.remove(listener);
          dropIfUnheard(tenant, heard);
        });
  }

  /** Hears the events of one job. */
  public Subscription ofJob(String tenant, UUID job, Consumer<Heard> listener) {
    var heard = tenants.computeIfAbsent(tenant, this::consume);
    heard.byJob.computeIfAbsent(job, _ -> new LinkedHashSet<>()).add(listener);
    return new Subscription(
        heard.consumer.completion(),
        () -> {
          heard.byJob.computeIfPresent(job, (_, set) -> remove(set, listener));
          dropIfUnheard(tenant, heard);
        });
  }

  private Tenant consume(String tenant) {
    var consumer = vertx.eventBus().<JsonObject>consumer(Addresses.events(tenant));
    var heard = new Tenant(consumer);
    consumer.handler(message -> hear(heard, message));
    consumer
        .completion()
        .onSuccess(_ -> listening.accept(tenant))
        .onFailure(
            e ->
                LOG.atWarn()
                    .addKeyValue("tenant", tenant)
                    .setCause(e)
                    .log("cannot listen to events; those who wait hear of them by asking"));
    return heard;
  }

  private void hear(Tenant heard, Message<JsonObject> message) {
    Heard.of(message.body())
        .ifPresent(
            event -> {
              // copies, because a listener may leave while it is told
              tell(List.copyOf(heard.all), event);
              tell(List.copyOf(heard.byJob.getOrDefault(event.id(), Set.of())), event);
            });
  }

  private static void tell(List<Consumer<Heard>> listeners, Heard event) {
    listeners.forEach(listener -> listener.accept(event));
  }

  private void dropIfUnheard(String tenant, Tenant heard) {
    if (heard.unheard() && tenants.remove(tenant, heard)) {
      heard
          .consumer
          .unregister()
          .onFailure(
              e ->
                  LOG.atWarn()
                      .addKeyValue("tenant", tenant)
                      .setCause(e)
                      .log("cannot stop listening to events; they are heard and dropped"));
    }
  }

  private static @Nullable Set<Consumer<Heard>> remove(
      Set<Consumer<Heard>> set, Consumer<Heard> listener) {
    set.remove(listener);
    return set.isEmpty() ? null : set;
  }
}
