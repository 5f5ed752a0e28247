package dev.orchestrix.recover;

import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Chore;
import dev.orchestrix.store.Ids;
import dev.orchestrix.tenant.Tenants;
import dev.orchestrix.transition.Erasing;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away ended jobs of tenants that keep theirs for less than everybody else, one by one: the
 * partition of a day holds jobs of all tenants. With a job goes what names it, its dead letter too.
 */
public final class Retention implements Chore {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final Rhythm RHYTHM =
      Rhythm.later("retention", Duration.ofMinutes(1), Duration.ofSeconds(60));
  private static final Duration SHORT_PAUSE = Duration.ofSeconds(1);

  /** Batches of one tenant before it is the turn of the next. */
  private static final int BATCHES = 50;

  private static final int MOST = 1000;
  private static final int LEAST = 10;

  private final Tenants tenants;
  private final Erasing erasing;
  private final Meters meters;
  private final Duration usual;

  /** Where the last turn has left off, of tenants with more than one turn could do. */
  private final Map<String, UUID> places = new HashMap<>();

  private int batch = MOST;
  private boolean stopping;

  /**
   * @param usual how long everybody's jobs are kept
   */
  public Retention(Tenants tenants, Erasing erasing, Meters meters, Duration usual) {
    this.tenants = tenants;
    this.erasing = erasing;
    this.meters = meters;
    this.usual = usual;
  }

  @Override
  public Rhythm rhythm() {
    return RHYTHM;
  }

  @Override
  public Duration pause() {
    return places.isEmpty() ? RHYTHM.pause() : SHORT_PAUSE;
  }

  @Override
  public void standBy() {
    places.clear();
  }

  @Override
  public void stop() {
    stopping = true;
  }

  @Override
  public Future<?> turn() {
    return pass(Instant.now()).onSuccess(_ -> batch = Math.min(MOST, batch * 2));
  }

  @Override
  public void failed(Throwable error) {
    batch = Math.max(LEAST, batch / 2);
    LOG.warn(
        "old jobs of tenants stay for now; going on with {} at once: {}",
        batch,
        error.getMessage());
  }

  /** One turn: a bounded number of batches of each such tenant. */
  Future<Void> pass(Instant now) {
    return tenants
        .keepingLess(usual)
        .compose(
            shorter -> {
              places.keySet().retainAll(shorter.keySet());
              Future<Void> chain = Future.succeededFuture();
              for (var one : shorter.entrySet()) {
                chain = chain.compose(_ -> batches(one.getKey(), one.getValue(), now, BATCHES));
              }
              return chain;
            });
  }

  /** A job that ended so long ago was made before that. */
  private Future<Void> batches(String tenant, Duration age, Instant now, int left) {
    if (left == 0 || stopping) {
      return Future.succeededFuture();
    }
    var after = places.getOrDefault(tenant, Erasing.BEGINNING);
    var before = Ids.firstAt(now.minus(age).toEpochMilli());
    return erasing
        .erase(tenant, after, before, age, batch)
        .compose(
            slice -> {
              if (slice.erased() > 0) {
                meters.deleted("retention", slice.erased());
              }
              var end = slice.end();
              if (end == null) {
                places.remove(tenant);
                return Future.succeededFuture();
              }
              places.put(tenant, end);
              return batches(tenant, age, now, left - 1);
            });
  }
}
