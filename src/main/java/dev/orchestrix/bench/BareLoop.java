package dev.orchestrix.bench;

import dev.orchestrix.store.Ids;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The yardstick: what every job costs in Postgres and Redis however it is written, and nothing
 * else. A batch is inserted with one outbox row, added to a stream, read from it, claimed, ended,
 * acknowledged and deleted; then the next one. No retries, no limits, no metrics, no API.
 */
final class BareLoop {
  /** Batches under way at once, for each connection to Postgres. */
  private static final int DEPTH = 4;

  private final BareLoopServers servers;
  private final int batch;
  private final String[] payloads;
  private final AtomicInteger batchesLeft;
  private final int lanes;

  /**
   * @param jobs a multiple of {@code batch}
   */
  BareLoop(BareLoopServers servers, int jobs, int batch, int payloadBytes) {
    this.servers = servers;
    this.batch = batch;
    this.payloads = new String[batch];
    Arrays.fill(payloads, JobBodies.payload(payloadBytes));
    this.batchesLeft = new AtomicInteger(jobs / batch);
    this.lanes = servers.connections() * DEPTH;
  }

  /** Completes when all jobs have ended; fails with the first step that does. */
  Future<Void> run() {
    var done = new ArrayList<Future<Void>>();
    for (int lane = 0; lane < lanes; lane++) {
      var promise = Promise.<Void>promise();
      next(lane, promise);
      done.add(promise.future());
    }
    return Future.all(done).mapEmpty();
  }

  private void next(int lane, Promise<Void> done) {
    if (batchesLeft.getAndDecrement() <= 0) {
      done.complete();
      return;
    }
    life(lane).onSuccess(_ -> next(lane, done)).onFailure(done::fail);
  }

  /** A batch from its insert to its end. The one it reads may be another lane's. */
  private Future<Void> life(int lane) {
    var stream = servers.stream(lane);
    var ids = ids();
    return servers
        .insert(lane)
        .execute(Tuple.of(ids, payloads, Ids.next()))
        .compose(_ -> stream.add(ids))
        .compose(_ -> stream.read(batch))
        .compose(
            read ->
                servers
                    .claim(lane)
                    .execute(Tuple.of(read.jobs()))
                    .compose(claimed -> end(lane, read, claimed)));
  }

  private Future<Void> end(int lane, BareStream.Read read, RowSet<Row> claimed) {
    if (claimed.size() != read.jobs().length) {
      return Future.failedFuture(
          new BenchException(claimed.size() + " of " + read.jobs().length + " jobs were claimed"));
    }
    return Future.all(
            servers.complete(lane).execute(Tuple.of(read.jobs())),
            servers.stream(lane).finish(read))
        .mapEmpty();
  }

  private UUID[] ids() {
    var ids = new UUID[batch];
    Arrays.setAll(ids, _ -> Ids.next());
    return ids;
  }
}
