package dev.orchestrix.auth;

import dev.orchestrix.config.Settings;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.Supplier;

/** What the doors of one node know: keys, and whom to believe about tokens. */
public final class Access {
  private final Keys keys;
  private final Optional<Tokens> tokens;
  private final Supplier<RequestLimits> requests;

  Access(Keys keys, Optional<Tokens> tokens, Supplier<RequestLimits> requests) {
    this.keys = keys;
    this.tokens = tokens;
    this.requests = requests;
  }

  /** What the settings want; reads nothing yet. */
  public static Access of(
      Vertx vertx, Postgres postgres, RedisLink redis, Meters meters, Settings.Auth settings) {
    return new Access(
        new Keys(vertx, new KeyStore(postgres), settings),
        settings.jwt().map(jwt -> Tokens.of(vertx, jwt)),
        () ->
            new RequestLimits(
                redis, settings.requests(), meters, System::nanoTime, RequestLimits.PATIENCE));
  }

  /** Reads keys, and hears of changes from then on. */
  public Future<Void> start() {
    return Future.join(keys.start(), tokens.map(Tokens::start).orElseGet(Future::succeededFuture))
        .mapEmpty();
  }

  /** Asks for changes no more. */
  public void stop() {
    keys.stop();
    tokens.ifPresent(Tokens::stop);
  }

  public Keys keys() {
    return keys;
  }

  /** What counts requests, for one event loop. */
  public RequestLimits requestLimits() {
    return requests.get();
  }

  /** Whether callers have to say who they are. */
  public boolean required() {
    return keys.required();
  }

  Optional<Tokens> tokens() {
    return tokens;
  }
}
