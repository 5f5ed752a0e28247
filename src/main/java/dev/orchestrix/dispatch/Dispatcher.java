package dev.orchestrix.dispatch;

import dev.orchestrix.admission.Admission;
import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.Assignment;
import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Grant;
import dev.orchestrix.config.Settings;
import dev.orchestrix.core.fair.Turns;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.core.retry.Backoff;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.redis.Streams;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads from the streams what executors have free slots for, and hands it to them. */
public final class Dispatcher extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  /** How long a read may wait for an entry. Redis wakes it at once when one comes. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  /** So much later Redis knows that the time of a read is over. */
  private static final long NUDGE_MILLIS = 2;

  private static final long AGAIN_MILLIS = 10;

  private static final Duration TAKE_OVER_EVERY = Duration.ofSeconds(5);

  /** Entries that were read and left alone for so long belong to whoever asks. */
  private static final Duration ABANDONED = Duration.ofSeconds(10);

  private static final Duration ANNOUNCE_EVERY = Duration.ofSeconds(2);
  private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);
  private static final DeliveryOptions REMOTE = new DeliveryOptions().setSendTimeout(5000);

  private final int node;
  private final Streams streams;
  private final Admission admission;
  private final Returns returns;
  private final Meters meters;
  private final int batch;
  private final Turns turns;
  private final Credits credits;
  private final String consumer;
  private final Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));
  private boolean reading;
  private boolean stopping;

  public Dispatcher(
      int node,
      Streams streams,
      Admission admission,
      Returns returns,
      Meters meters,
      Settings.Dispatch settings) {
    this.node = node;
    this.streams = streams;
    this.admission = admission;
    this.returns = returns;
    this.meters = meters;
    this.batch = settings.batch();
    this.turns = new Turns(settings.weights());
    this.credits = new Credits(node);
    this.consumer = Integer.toString(node);
  }

  @Override
  public Future<?> start() {
    var grants = vertx.eventBus().<Grant>consumer(Addresses.grants(node));
    grants.handler(message -> granted(message.body()));
    return grants.completion().onSuccess(_ -> begin());
  }

  /** Reads no more; what a read still brings is let go, for other dispatchers to take over. */
  @Override
  public Future<?> stop() {
    stopping = true;
    return Future.succeededFuture();
  }

  private void begin() {
    announce();
    vertx.setTimer(TAKE_OVER_EVERY.toMillis(), _ -> takeOver());
    read();
  }

  private void announce() {
    if (!stopping) {
      vertx.eventBus().publish(Addresses.DISPATCHER_HERE, node);
      vertx.setTimer(ANNOUNCE_EVERY.toMillis(), _ -> announce());
    }
  }

  private void granted(Grant grant) {
    credits.grant(grant.executor(), grant.limit());
    read();
  }

  /** One read at a time; it goes on as long as there are slots to fill. */
  private void read() {
    if (reading || stopping || credits.total() <= 0) {
      return;
    }
    reading = true;
    take()
        .compose(taken -> hand(taken, false))
        .onComplete(
            done -> {
              if (done.succeeded()) {
                backoff.worked();
                reading = false;
                read();
              } else {
                recover(done.cause());
              }
            });
  }

  private Future<List<Delivery>> take() {
    int most = Math.min(batch, credits.total());
    return streams
        .take(consumer, most, turns.divide(most))
        .compose(
            taken ->
                taken.deliveries().isEmpty()
                    ? await(most, taken.nextParked())
                    : Future.succeededFuture(taken.deliveries()));
  }

  /** Redis may give so many of each of its streams. */
  private Future<List<Delivery>> await(int most, @Nullable Duration nextParked) {
    var wait = LONGEST_WAIT;
    if (nextParked != null && nextParked.compareTo(wait) < 0) {
      wait = nextParked;
    }
    var waited =
        streams.await(
            consumer,
            Math.max(1, most / (4 * Streams.TOGETHER)),
            wait.isPositive() ? wait : Duration.ofMillis(1));
    if (nextParked != null) {
      nudge(waited, wait.toMillis());
    }
    return waited;
  }

  /**
   * An idle Redis looks only ten times a second for reads that have waited long enough, but behind
   * every command: without one, what is parked would begin up to a tenth of a second late.
   */
  private void nudge(Future<?> waited, long afterMillis) {
    long timer =
        vertx.setTimer(
            afterMillis + NUDGE_MILLIS,
            _ -> {
              streams.nudge().onFailure(e -> LOG.debug("redis not nudged: {}", e.getMessage()));
              nudge(waited, AGAIN_MILLIS);
            });
    waited.onComplete(_ -> vertx.cancelTimer(timer));
  }

  private void recover(Throwable error) {
    meters.failure("dispatch");
    var pause = backoff.failed(ThreadLocalRandom.current().nextDouble());
    LOG.warn("nothing dispatched; trying again in {} ms: {}", pause.toMillis(), error.getMessage());
    mended(error)
        .recover(_ -> streams.pause(pause))
        .onComplete(
            _ -> {
              reading = false;
              read();
            });
  }

  /** Streams that a server has lost are made again; nothing else can be done but to wait. */
  private Future<Void> mended(Throwable error) {
    return Streams.lost(error)
        ? streams
            .prepare()
            .onFailure(e -> LOG.warn("the streams cannot be made yet: {}", e.getMessage()))
        : Future.failedFuture(error);
  }

  private Future<Void> hand(List<Delivery> deliveries, boolean again) {
    if (deliveries.isEmpty()) {
      return Future.succeededFuture();
    }
    if (stopping) {
      return streams.letGo(node, deliveries);
    }
    CrashPoint.TAKEN.reach();
    long asked = System.nanoTime();
    return admission
        .ask(deliveries, again)
        .map(
            verdict -> {
              CrashPoint.ADMITTED.reach();
              assign(verdict.admitted(), asked);
              forget(verdict.parked());
              putBack(verdict.refused(), again);
              return null;
            });
  }

  private void assign(List<Delivery> admitted, long asked) {
    int from = 0;
    for (var share : credits.use(Math.min(admitted.size(), credits.total())).entrySet()) {
      int to = from + share.getValue();
      send(share.getKey(), admitted.subList(from, to), asked);
      from = to;
    }
    spread(admitted.subList(from, admitted.size()));
  }

  /** What the last entry held beyond the free slots is for whoever has some first. */
  private void spread(List<Delivery> rest) {
    if (!rest.isEmpty()) {
      streams
          .spread(rest)
          .onFailure(e -> LOG.warn("{} entries stay on their stream; read again", rest.size(), e));
    }
  }

  private void send(int executor, List<Delivery> deliveries, long asked) {
    long aged = System.nanoTime() - asked;
    var assignment = new Assignment(node, credits.sent(executor), aged, deliveries);
    if (executor == node) {
      vertx.eventBus().send(Addresses.execute(node), assignment, LOCAL);
      return;
    }
    vertx
        .eventBus()
        .request(Addresses.execute(executor), assignment, REMOTE)
        .onFailure(error -> undelivered(executor, deliveries, error));
  }

  private void undelivered(int executor, List<Delivery> deliveries, Throwable error) {
    meters.failure("assign");
    LOG.warn(
        "executor={} did not answer for {} entries; they are read again after {}: {}",
        executor,
        deliveries.size(),
        ABANDONED,
        error.getMessage());
    credits.unsent(executor, deliveries.size());
    if (error instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS) {
      credits.forget(executor);
    }
  }

  private void forget(List<Delivery> done) {
    if (!done.isEmpty()) {
      streams
          .acknowledge(done)
          .onFailure(e -> LOG.warn("{} entries not acknowledged; read twice", done.size(), e));
    }
  }

  private void putBack(List<Admission.Refused> refused, boolean takenOver) {
    if (refused.isEmpty()) {
      return;
    }
    returns
        .take(refused, takenOver)
        .onSuccess(
            _ -> {
              CrashPoint.PUT_BACK.reach();
              forget(refused.stream().map(Admission.Refused::delivery).toList());
            })
        .onFailure(e -> LOG.warn("{} entries stay on their stream; read again", refused.size(), e));
  }

  private void takeOver() {
    if (stopping) {
      return;
    }
    var found =
        credits.total() <= 0
            ? Future.<List<Delivery>>succeededFuture(List.of())
            : streams.takeOver(consumer, ABANDONED);
    found
        .onSuccess(list -> meters.recovered("stream_entry", list.size()))
        .compose(returns::sort)
        .compose(
            sorted -> {
              forget(sorted.over());
              return hand(sorted.ready(), true);
            })
        .onFailure(e -> LOG.debug("abandoned entries not taken over: {}", e.getMessage()))
        .onComplete(_ -> vertx.setTimer(TAKE_OVER_EVERY.toMillis(), _ -> takeOver()));
  }
}
