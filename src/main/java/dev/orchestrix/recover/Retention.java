package dev.orchestrix.recover;

import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.tenant.Tenants;
import dev.orchestrix.transition.Erasing;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away ended jobs of tenants that keep theirs for less than everybody else, one by one: the
 * partition of a day holds jobs of all tenants. With a job goes what names it, its dead letter too.
 */
public final class Retention extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final Duration SHORT_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_TURN = Duration.ofSeconds(60);

  /** Batches of one tenant before it is the turn of the next. */
  private static final int BATCHES = 50;

  private static final int MOST = 1000;
  private static final int LEAST = 10;

  private final Tenants tenants;
  private final Erasing erasing;
  private final Leadership leadership;
  private final Meters meters;
  private final Duration usual;

  /** Where the last turn has left off, of tenants with more than one turn could do. */
  private final Map<String, UUID> places = new HashMap<>();

  private int batch = MOST;
  private boolean stopping;

  /**
   * @param usual how long everybody's jobs are kept
   */
  public Retention(
      Tenants tenants, Erasing erasing, Leadership leadership, Meters meters, Duration usual) {
    this.tenants = tenants;
    this.erasing = erasing;
    this.leadership = leadership;
    this.meters = meters;
    this.usual = usual;
  }

  @Override
  public Future<?> start() {
    later();
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.succeededFuture();
  }

  private void later() {
    var pause = places.isEmpty() ? PAUSE : SHORT_PAUSE;
    vertx.setTimer(pause.toMillis(), _ -> turn());
  }

  private void turn() {
    if (stopping) {
      return;
    }
    var work = leadership.leads() ? pass(Instant.now()) : forget();
    work.timeout(LONGEST_TURN.toMillis(), TimeUnit.MILLISECONDS)
        .onSuccess(_ -> batch = Math.min(MOST, batch * 2))
        .onFailure(
            e -> {
              meters.failure("retention");
              batch = Math.max(LEAST, batch / 2);
              LOG.warn(
                  "old jobs of tenants stay for now; going on with {} at once: {}",
                  batch,
                  e.getMessage());
            })
        .onComplete(_ -> later());
  }

  private Future<Void> forget() {
    places.clear();
    return Future.succeededFuture();
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
