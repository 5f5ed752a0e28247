package dev.orchestrix.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Submits a number of jobs in arrays, the next on a connection when the last was answered. */
final class BatchLoad {
  private final List<ApiConnection> connections;
  private final int batch;
  private final Buffer full;
  private final Buffer last;
  private final Promise<BatchAnswer> done = Promise.promise();
  private int unsent;
  private int lanes;
  private @Nullable BatchAnswer answered;

  /**
   * @param connections all of one event loop
   */
  BatchLoad(List<ApiConnection> connections, int jobs, int batch, int payloadBytes) {
    this.connections = connections;
    this.batch = batch;
    this.unsent = jobs;
    this.lanes = connections.size();
    this.full = JobBodies.array(Math.min(batch, jobs), payloadBytes);
    this.last = jobs % batch == 0 ? full : JobBodies.array(jobs % batch, payloadBytes);
  }

  /** What all answers say together; fails with the first request that does. */
  Future<BatchAnswer> run() {
    connections.forEach(this::sendNext);
    return done.future();
  }

  private synchronized void sendNext(ApiConnection connection) {
    if (unsent == 0 || done.future().isComplete()) {
      lanes--;
      if (lanes == 0 && answered != null) {
        done.tryComplete(answered);
      }
      return;
    }
    int count = Math.min(batch, unsent);
    unsent -= count;
    connection
        .create(ApiConnection.BATCH, count == batch ? full : last)
        .map(body -> BatchAnswer.parse(body.toString()))
        .onSuccess(
            answer -> {
              add(answer, count);
              sendNext(connection);
            })
        .onFailure(done::tryFail);
  }

  private synchronized void add(BatchAnswer answer, int sent) {
    if (answer.accepted() != sent) {
      done.tryFail(
          new BenchException(answer.accepted() + " of " + sent + " jobs of a batch were accepted"));
    }
    answered = answered == null ? answer : answered.and(answer);
  }
}
