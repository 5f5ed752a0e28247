package dev.orchestrix.recover;

import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.retry.Backoff;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.redis.KnownJobs;
import dev.orchestrix.redis.Sentinel;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.store.Chore;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices that Redis has lost its data, and puts every ready job into the backlog again. */
public final class RedisWatch implements Chore {
  private static final Logger LOG = LoggerFactory.getLogger(RedisWatch.class);
  private static final Rhythm RHYTHM =
      Rhythm.atOnce("redis_watch", Duration.ofMillis(250), Duration.ofSeconds(30));
  private static final Duration LONGEST_RESTORE = Duration.ofMinutes(11);

  private final Vertx vertx;
  private final Streams streams;
  private final LostJobs lost;
  private final Sentinel sentinel;
  private final Gates gates;
  private final Meters meters;

  /** A restore that fails is a scan for nothing: it is not begun again at once. */
  private final Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(15));

  private boolean restoring;

  public RedisWatch(
      Vertx vertx,
      Postgres postgres,
      Streams streams,
      KnownJobs known,
      Sentinel sentinel,
      Gates gates,
      Meters meters) {
    this.vertx = vertx;
    this.streams = streams;
    this.lost = new LostJobs(postgres, known);
    this.sentinel = sentinel;
    this.gates = gates;
    this.meters = meters;
  }

  @Override
  public Rhythm rhythm() {
    return RHYTHM;
  }

  @Override
  public Future<?> turn() {
    return restoring
        ? Future.succeededFuture()
        : sentinel
            .look()
            .onSuccess(
                seen -> {
                  if (!seen.marked() && !restoring) {
                    restoreApart(seen.identity());
                  }
                });
  }

  @Override
  public void failed(Throwable error) {
    LOG.warn("redis not checked; trying again in {}: {}", RHYTHM.pause(), error.getMessage());
  }

  private void restoreApart(String identity) {
    restoring = true;
    restore(identity)
        .timeout(LONGEST_RESTORE.toMillis(), TimeUnit.MILLISECONDS)
        .onSuccess(
            _ -> {
              backoff.worked();
              restoring = false;
            })
        .onFailure(this::notRestored);
  }

  private void notRestored(Throwable error) {
    meters.failure("redis_restore");
    long millis = backoff.failed(ThreadLocalRandom.current().nextDouble()).toMillis();
    LOG.warn("ready jobs not fed again; trying in {} ms: {}", millis, error.getMessage());
    vertx.setTimer(millis, _ -> restoring = false);
  }

  /**
   * The mark is set last, and names the server that was seen first: whoever stops half-way is
   * followed by another who begins again, and so is a server that was replaced meanwhile.
   */
  private Future<Void> restore(String identity) {
    return streams
        .prepare()
        .compose(_ -> lost.restore())
        .compose(
            jobs -> {
              LOG.info(
                  "redis is new or has lost its data; {} ready jobs are fed to it again", jobs);
              meters.recovered("redis_loss", jobs);
              Arrays.stream(Priority.values()).forEach(gates::returned);
              CrashPoint.RESTORED.reach();
              return sentinel.mark(identity);
            });
  }
}
