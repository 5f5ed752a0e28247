package dev.orchestrix.testkit;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What is said at one address of the event bus, in order. */
public final class Overheard<T> {
  private final BlockingQueue<T> messages = new LinkedBlockingQueue<>();
  private final Future<Void> ready;

  Overheard(Vertx vertx, String address) {
    var consumer = vertx.eventBus().<T>consumer(address);
    consumer.handler(message -> messages.add(message.body()));
    ready = consumer.completion();
  }

  /** Completes when everything that is said from then on is heard. */
  Future<Void> ready() {
    return ready;
  }

  /** The next message, for which it waits. */
  public T next() {
    try {
      var next = messages.poll(Lab.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing was said within " + Lab.PATIENCE);
      }
      return next;
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }
}
