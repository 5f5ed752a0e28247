package dev.orchestrix.recover;

import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.store.Partitions;
import dev.orchestrix.tenant.Quotas;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes partitions ahead of time and drops those whose time is over, with what names their jobs,
 * and forgets what else is kept for a time.
 */
public final class Housekeeping extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration PAUSE = Duration.ofMinutes(10);

  private final Partitions partitions;
  private final DeadLetters letters;
  private final Quotas quotas;
  private final Leadership leadership;
  private final Meters meters;
  private final Duration retention;
  private final Function<Instant, Future<Integer>> forgetLines;
  private boolean stopping;

  /**
   * @param forgetLines forgets lines of the audit log that are too old at a time
   */
  public Housekeeping(
      Partitions partitions,
      DeadLetters letters,
      Quotas quotas,
      Leadership leadership,
      Meters meters,
      Duration retention,
      Function<Instant, Future<Integer>> forgetLines) {
    this.partitions = partitions;
    this.letters = letters;
    this.quotas = quotas;
    this.leadership = leadership;
    this.meters = meters;
    this.retention = retention;
    this.forgetLines = forgetLines;
  }

  @Override
  public Future<?> start() {
    vertx.setTimer(Duration.ofSeconds(30).toMillis(), _ -> keep());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.succeededFuture();
  }

  private void keep() {
    if (stopping) {
      return;
    }
    var work = leadership.leads() ? pass() : Future.<Void>succeededFuture();
    work.timeout(PAUSE.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(
            e -> {
              meters.failure("housekeeping");
              LOG.warn("partitions not tended; trying again in {}", PAUSE, e);
            })
        .onComplete(_ -> vertx.setTimer(PAUSE.toMillis(), _ -> keep()));
  }

  private Future<Void> pass() {
    var now = Instant.now();
    return partitions
        .prepare(now)
        .compose(_ -> partitions.drop(now, retention))
        .onSuccess(names -> names.forEach(name -> LOG.info("partition={} dropped", name)))
        .compose(_ -> letters.forget(now, retention))
        .compose(_ -> quotas.forget())
        .compose(_ -> forgetLines.apply(now))
        .mapEmpty();
  }
}
