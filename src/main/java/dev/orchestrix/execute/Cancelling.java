package dev.orchestrix.execute;

import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.Cancellation;
import dev.orchestrix.core.job.Outcome;
import dev.orchestrix.transition.CancelRequest;
import dev.orchestrix.transition.Cancels;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends attempts of one node that were cancelled. It is told on the bus, and asks Postgres once a
 * second because a message may be lost. What it was to end and does not run any more is cancelled
 * wherever it waits now.
 */
final class Cancelling {
  private static final Logger LOG = LoggerFactory.getLogger(Cancelling.class);
  private static final long ASK_EVERY_MILLIS = 1000;
  private static final int MOST = 500;

  private final Vertx vertx;
  private final int node;
  private final Cancels cancels;
  private final Map<UUID, Attempt> running;

  Cancelling(Vertx vertx, int node, Cancels cancels, Map<UUID, Attempt> running) {
    this.vertx = vertx;
    this.node = node;
    this.cancels = cancels;
    this.running = running;
  }

  /** Begins; it ends with the verticle that it was started in. */
  Future<Void> start() {
    var consumer = vertx.eventBus().<Cancellation>consumer(Addresses.cancel(node));
    consumer.handler(
        message -> {
          var _ = heeded(message.body());
        });
    askLater();
    return consumer.completion();
  }

  private void askLater() {
    vertx.setTimer(ASK_EVERY_MILLIS, _ -> ask());
  }

  private void ask() {
    cancels
        .asked(node)
        .compose(this::heed)
        .onFailure(e -> LOG.warn("cancellations wait; asking again in {} ms", ASK_EVERY_MILLIS, e))
        .onComplete(_ -> askLater());
  }

  private Future<Void> heed(List<Cancellation> asked) {
    var others =
        asked.stream()
            .filter(one -> !heeded(one))
            .limit(MOST)
            .map(one -> new CancelRequest(one.job(), one.reason(), one.grace()))
            .toList();
    return others.isEmpty() ? Future.succeededFuture() : cancels.cancel(others).mapEmpty();
  }

  /** Whether the attempt runs here; then it ends. */
  private boolean heeded(Cancellation cancellation) {
    var attempt = running.get(cancellation.job());
    if (attempt == null || attempt.attempt() != cancellation.attempt()) {
      return false;
    }
    attempt.cancel(new Outcome.Cancelled(cancellation.reason()), cancellation.grace());
    return true;
  }
}
