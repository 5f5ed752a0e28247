package dev.orchestrix.auth;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.limit.RateLimit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys, known to every node from memory. A change is told to all nodes at once over the bus; a
 * node that misses it finds it within a second, as it asks Postgres that often. While Postgres does
 * not answer, what was known before holds.
 */
public final class Keys {
  private static final Logger LOG = LoggerFactory.getLogger(Keys.class);
  private static final long POLL_EVERY_MILLIS = 1000;
  private static final OffsetDateTime BEGINNING = Instant.EPOCH.atOffset(ZoneOffset.UTC);

  /** Who has read less long ago has missed nothing: no key is deleted that soon after its end. */
  private static final Duration FRESH = Duration.ofSeconds(5);

  private static final long NOTED_EVERY_MILLIS = Duration.ofMinutes(1).toMillis();

  private final Vertx vertx;
  private final KeyStore store;
  private final Settings.Auth settings;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private volatile OffsetDateTime newest = BEGINNING;
  private final LongSupplier nanos;
  private volatile long readNanos;
  private volatile boolean failing;
  private volatile boolean stopped;

  /**
   * @param noted when its use was noted last, in milliseconds since the epoch
   */
  record Known(KeyStore.Stored stored, Caller caller, AtomicLong noted) {}

  public Keys(Vertx vertx, KeyStore store, Settings.Auth settings) {
    this(vertx, store, settings, System::nanoTime);
  }

  Keys(Vertx vertx, KeyStore store, Settings.Auth settings, LongSupplier nanos) {
    this.nanos = nanos;
    this.readNanos = nanos.getAsLong() - FRESH.toNanos();
    this.vertx = vertx;
    this.store = store;
    this.settings = settings;
  }

  /** Reads all keys and listens for changes from then on, unless nobody needs a key. */
  public Future<Void> start() {
    if (!required()) {
      return Future.succeededFuture();
    }
    var consumer = vertx.eventBus().<String>consumer(Addresses.KEYS);
    consumer.handler(_ -> refresh());
    return consumer.completion().compose(_ -> poll()).onSuccess(_ -> pollLater());
  }

  /** Asks Postgres no more. */
  public void stop() {
    stopped = true;
  }

  /** Whether a caller needs a key. */
  public boolean required() {
    return settings.mode() != Settings.AuthMode.NONE;
  }

  /** The key that the settings know, which opens everything. */
  Optional<String> adminKey() {
    return settings.adminKey();
  }

  /** Makes a key, as {@link KeyStore#create} says; all nodes know it within a second. */
  public Future<Optional<MadeKey>> create(NewKey wanted) {
    return store.create(wanted).compose(made -> tell().map(made));
  }

  /** Revokes a key, as {@link KeyStore#revoke} says. All nodes refuse it within a second. */
  public Future<Optional<ApiKey>> revoke(UUID id, @Nullable String tenant) {
    return store.revoke(id, tenant).compose(revoked -> tell().map(revoked));
  }

  /** Limits a key's requests, as {@link KeyStore#allow} says. All nodes know within a second. */
  public Future<Optional<ApiKey>> allow(
      UUID id, @Nullable String tenant, @Nullable RateLimit requests) {
    return store.allow(id, tenant, requests).compose(changed -> tell().map(changed));
  }

  /** Makes a key in place of another, as {@link KeyStore#rotate} says. */
  public Future<Optional<MadeKey>> rotate(UUID id, @Nullable String tenant, Duration grace) {
    return store.rotate(id, tenant, grace).compose(made -> tell().map(made));
  }

  /** Keys, as {@link KeyStore#list} says. */
  public Future<List<ApiKey>> list(@Nullable String tenant, @Nullable UUID before, int most) {
    return store.list(tenant, before, most);
  }

  @Nullable Known find(String prefix) {
    return known.get(prefix);
  }

  /** Notes that a key was used, at most once a minute. */
  void used(Known key, long nowMillis) {
    long before = key.noted.get();
    if (nowMillis - before >= NOTED_EVERY_MILLIS && key.noted.compareAndSet(before, nowMillis)) {
      store
          .used(key.stored.key().id())
          .onFailure(e -> LOG.debug("prefix={} was used; not noted", key.stored.key().prefix(), e));
    }
  }

  /**
   * Reads what others have changed; it is known here when this completes. A failure to read it
   * changes nothing: it is read within a second.
   */
  public Future<Void> read() {
    return required() ? poll().otherwiseEmpty() : Future.succeededFuture();
  }

  private Future<Void> tell() {
    vertx.eventBus().publish(Addresses.KEYS, "");
    return read();
  }

  private void refresh() {
    poll().onFailure(e -> LOG.warn("keys have changed; this node reads them later", e));
  }

  /** Re-armed after the answer, so that a slow Postgres is asked less often. */
  private void pollLater() {
    if (!stopped) {
      vertx.setTimer(POLL_EVERY_MILLIS, _ -> poll().onComplete(_ -> pollLater()));
    }
  }

  private Future<Void> poll() {
    long asked = nanos.getAsLong();
    boolean all = asked - readNanos >= FRESH.toNanos();
    return store
        .changed(all ? BEGINNING : newest)
        .onSuccess(
            changed -> {
              keep(changed);
              if (all) {
                known.keySet().retainAll(changed.stream().map(it -> it.key().prefix()).toList());
              }
              readNanos = asked;
            })
        .onSuccess(_ -> failing = false)
        .onFailure(this::warnOnce)
        .mapEmpty();
  }

  private void warnOnce(Throwable failure) {
    if (!failing && !stopped) {
      LOG.warn("keys cannot be read; those known before stay in force", failure);
    }
    failing = true;
  }

  private void keep(List<KeyStore.Stored> changed) {
    for (var one : changed) {
      known.merge(
          one.key().prefix(),
          new Known(one, one.key().caller(), new AtomicLong()),
          (before, read) -> read.stored.changed().isAfter(before.stored.changed()) ? read : before);
      newest = one.changed().isAfter(newest) ? one.changed() : newest;
    }
  }
}
