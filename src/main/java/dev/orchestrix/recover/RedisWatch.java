package dev.orchestrix.recover;

import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.redis.Flow;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices that Redis has lost its data, and puts every ready job into the backlog again. */
public final class RedisWatch extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(RedisWatch.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Postgres postgres;
  private final Streams streams;
  private final Flow flow;
  private final Gates gates;
  private final Leadership leadership;
  private final Meters meters;
  private boolean stopping;

  public RedisWatch(
      Postgres postgres,
      Streams streams,
      Flow flow,
      Gates gates,
      Leadership leadership,
      Meters meters) {
    this.postgres = postgres;
    this.streams = streams;
    this.flow = flow;
    this.gates = gates;
    this.leadership = leadership;
    this.meters = meters;
  }

  @Override
  public Future<?> start() {
    context.runOnContext(_ -> look());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.succeededFuture();
  }

  private void look() {
    if (stopping) {
      return;
    }
    var work = leadership.leads() ? flow.remembers() : Future.succeededFuture(true);
    work.compose(remembers -> remembers ? Future.succeededFuture() : restore())
        .onFailure(
            e -> {
              meters.failure("redis_watch");
              LOG.warn("redis not checked; trying again in {}: {}", PAUSE, e.getMessage());
            })
        .onComplete(_ -> vertx.setTimer(PAUSE.toMillis(), _ -> look()));
  }

  /** The mark is set last: whoever stops half-way is followed by another who begins again. */
  private Future<Void> restore() {
    return streams
        .prepare()
        .compose(_ -> pendingToBacklog())
        .compose(
            jobs -> {
              LOG.info(
                  "redis is new or has lost its data; {} ready jobs are fed to it again", jobs);
              meters.recovered("redis_loss", jobs);
              Arrays.stream(Priority.values()).forEach(gates::grew);
              CrashPoint.RESTORED.reach();
              return flow.mark();
            });
  }

  /** A scan over all partitions: rare, and longer than statements may usually take. */
  private Future<Integer> pendingToBacklog() {
    return Postgres.during(
        "put ready jobs into the backlog",
        postgres
            .reads()
            .withTransaction(
                connection ->
                    connection
                        .query("set local statement_timeout = '10min'")
                        .execute()
                        .compose(_ -> connection.query(RecoverSql.READ_ALL_PENDING).execute())
                        .map(rows -> rows.iterator().next().getLong(0).intValue())));
  }
}
