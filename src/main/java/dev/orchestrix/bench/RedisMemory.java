package dev.orchestrix.bench;

import io.vertx.core.Vertx;
import java.net.URI;

/** The most memory that Redis has used while somebody looked, every quarter of a second. */
final class RedisMemory implements AutoCloseable {
  private static final int PERIOD_MILLIS = 250;
  private static final double MIB = 1 << 20;

  private final Vertx vertx;
  private final URI url;
  private volatile long most;
  private volatile boolean closed;

  /** Looks from now on. */
  RedisMemory(Vertx vertx, URI url) {
    this.vertx = vertx;
    this.url = url;
    look();
  }

  double mostMib() {
    return Math.round(most / MIB * 10) / 10.0;
  }

  /** Stops looking. */
  @Override
  public void close() {
    closed = true;
  }

  /** A look that fails says nothing: Redis may be stopping. */
  private void look() {
    Conditions.redisMemory(vertx, url)
        .onSuccess(used -> most = Math.max(most, used))
        .onComplete(
            _ -> {
              if (!closed) {
                vertx.setTimer(PERIOD_MILLIS, _ -> look());
              }
            });
  }
}
