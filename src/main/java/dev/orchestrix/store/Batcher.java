package dev.orchestrix.store;

import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.metrics.Meters;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: at most so many batches are in flight, and whatever arrives meanwhile forms the
 * next one. There is no timer: an idle lane sends at once, a busy lane sends big batches. An item
 * that spoils its batch is found by halving and fails alone.
 *
 * @param <T> what is written
 * @param <R> what the caller of {@link #add} gets
 */
public final class Batcher<T, R extends @Nullable Object> {

  private record Waiting<T, R extends @Nullable Object>(T item, Promise<R> answer) {}

  /**
   * @param name the lane in metrics and errors
   * @param inFlight most batches at once, 1 or more
   * @param limit most items in a batch, 1 or more
   */
  public record Lane(String name, int inFlight, int limit) {}

  private final Context context;
  private final Lane lane;
  private final Meters meters;
  private final Function<List<T>, Future<List<R>>> write;

  private final Queue<Waiting<T, R>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private int inFlight;

  /**
   * @param write writes a batch of 1..limit items and answers one result an item, in order; called
   *     on one event loop, never concurrently
   */
  public Batcher(Vertx vertx, Lane lane, Meters meters, Function<List<T>, Future<List<R>>> write) {
    this.context = vertx.getOrCreateContext();
    this.lane = lane;
    this.meters = meters;
    this.write = write;
  }

  /**
   * Writes the item with the next batch. From any thread; the future completes on the caller's
   * context if it has one.
   */
  public Future<R> add(T item) {
    var caller = ContextInternal.current();
    Promise<R> answer = caller == null ? Promise.promise() : caller.promise();
    waiting.add(new Waiting<>(item, answer));
    wake();
    return answer.future();
  }

  private void wake() {
    if (scheduled.compareAndSet(false, true)) {
      context.runOnContext(_ -> drain());
    }
  }

  private void drain() {
    scheduled.set(false);
    while (inFlight < lane.inFlight() && !waiting.isEmpty()) {
      send(next());
    }
  }

  private List<Waiting<T, R>> next() {
    var batch = new ArrayList<Waiting<T, R>>();
    while (batch.size() < lane.limit()) {
      var one = waiting.poll();
      if (one == null) {
        break;
      }
      batch.add(one);
    }
    return batch;
  }

  private void send(List<Waiting<T, R>> batch) {
    inFlight++;
    meters.batch(lane.name(), batch.size());
    attempt(batch)
        .onComplete(
            _ -> {
              inFlight--;
              drain();
            });
  }

  private Future<Void> attempt(List<Waiting<T, R>> batch) {
    return written(batch)
        .transform(
            done -> {
              if (done.succeeded()) {
                answer(batch, done.result());
                return Future.succeededFuture();
              }
              return failed(batch, done.cause());
            });
  }

  private Future<List<R>> written(List<Waiting<T, R>> batch) {
    var items = new ArrayList<T>(batch.size());
    for (var one : batch) {
      items.add(one.item());
    }
    try {
      return write.apply(items);
    } catch (RuntimeException bug) {
      return Future.failedFuture(bug);
    }
  }

  private void answer(List<Waiting<T, R>> batch, List<R> results) {
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).answer().complete(results.get(i));
    }
  }

  private Future<Void> failed(List<Waiting<T, R>> batch, Throwable error) {
    if (error instanceof EngineException.BadData && batch.size() > 1) {
      int half = batch.size() / 2;
      return attempt(batch.subList(0, half))
          .compose(_ -> attempt(batch.subList(half, batch.size())));
    }
    meters.failure(lane.name());
    batch.forEach(one -> one.answer().fail(error));
    return Future.succeededFuture();
  }
}
