package dev.orchestrix.auth;

import com.nimbusds.jose.jwk.JWKSet;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.failure.EngineException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that the issuer signs tokens with, read again from time to time, and at once, though
 * seldom, for a token whose key is not known. While they cannot be read, the last ones hold.
 */
final class Tokens {
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
  private static final long SOON_MILLIS = 10_000;

  /** At least so long is between two readings that tokens of unknown keys ask for. */
  private static final long SELDOM_NANOS = Duration.ofSeconds(10).toNanos();

  private final Vertx vertx;
  private final Settings.Jwt settings;
  private final InstantSource clock;
  private final Supplier<Future<JWKSet>> source;
  private volatile @Nullable TokenVerifier current;
  private volatile boolean stopped;
  private volatile boolean failing;
  private @Nullable Future<Void> reading;
  private @Nullable Long askedAt;

  private Tokens(
      Vertx vertx,
      Settings.Jwt settings,
      InstantSource clock,
      Supplier<Future<JWKSet>> source,
      @Nullable TokenVerifier first) {
    this.vertx = vertx;
    this.settings = settings;
    this.clock = clock;
    this.source = source;
    this.current = first;
  }

  /** What the settings want. */
  static Tokens of(Vertx vertx, Settings.Jwt settings) {
    var clock = InstantSource.system();
    if (settings.secret().isPresent()) {
      return new Tokens(
          vertx,
          settings,
          clock,
          () -> Future.failedFuture(new IllegalStateException("a secret is not read again")),
          TokenVerifier.ofSecret(settings, clock));
    }
    var source =
        settings
            .jwksFile()
            .map(file -> KeySetSource.file(vertx, file))
            .orElseGet(
                () -> KeySetSource.url(vertx, settings.jwksUrl().orElseThrow(), settings.jwksCa()));
    return new Tokens(vertx, settings, clock, source, null);
  }

  /** The same with another source, for tests. */
  static Tokens of(
      Vertx vertx, Settings.Jwt settings, InstantSource clock, Supplier<Future<JWKSet>> source) {
    return new Tokens(vertx, settings, clock, source, null);
  }

  /** Reads the keys. That they cannot be read keeps no node from starting: keys open it too. */
  Future<Void> start() {
    return settings.secret().isPresent()
        ? Future.succeededFuture()
        : read().otherwiseEmpty().onComplete(_ -> later());
  }

  void stop() {
    stopped = true;
  }

  /** What tells tokens from forgeries now, or nothing while no keys have been read. */
  @Nullable TokenVerifier current() {
    return current;
  }

  /**
   * Asks for keys that are not known.
   *
   * @return completes when they have been read, or not, on any thread; nothing if that was asked a
   *     moment ago
   */
  synchronized Optional<Future<Void>> ask() {
    if (settings.secret().isPresent()) {
      return Optional.empty();
    }
    if (reading != null) {
      return Optional.of(reading);
    }
    long now = System.nanoTime();
    if (askedAt != null && now - askedAt < SELDOM_NANOS) {
      return Optional.empty();
    }
    askedAt = now;
    return Optional.of(read());
  }

  private void later() {
    if (stopped) {
      return;
    }
    long usual = settings.refresh().toMillis();
    long pause = current == null ? Math.min(SOON_MILLIS, usual) : usual;
    vertx.setTimer(pause, _ -> read().onComplete(_ -> later()));
  }

  /** One reading at a time. */
  private synchronized Future<Void> read() {
    if (reading != null) {
      return reading;
    }
    var begun =
        source
            .get()
            .map(this::use)
            .<Void>mapEmpty()
            .recover(
                e ->
                    Future.failedFuture(
                        new EngineException.Unavailable("read the keys of the issuer", e)))
            .onComplete(_ -> ended())
            .onSuccess(_ -> failing = false)
            .onFailure(this::warnOnce);
    reading = begun.isComplete() ? null : begun;
    return begun;
  }

  private synchronized void ended() {
    reading = null;
  }

  /** What was verified by keys that have not changed stays verified. */
  private TokenVerifier use(JWKSet keys) {
    var before = current;
    if (before != null && before.knows(keys)) {
      return before;
    }
    var verifier = TokenVerifier.ofKeys(settings, keys, clock);
    current = verifier;
    LOG.info("issuer={} has {} keys", settings.issuer(), keys.size());
    return verifier;
  }

  private void warnOnce(Throwable failure) {
    if (!failing && !stopped) {
      LOG.warn(
          "issuer={} its keys cannot be read; {}",
          settings.issuer(),
          current == null ? "its tokens open nothing" : "those known before hold",
          failure);
    }
    failing = true;
  }
}
