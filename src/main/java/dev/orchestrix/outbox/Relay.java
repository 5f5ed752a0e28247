package dev.orchestrix.outbox;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.fault.CrashPoint;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.store.Batcher;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts batches that this node has just committed on the streams, then forgets their outbox rows. A
 * batch it cannot relay stays in the outbox, from where anybody moves it to the backlog.
 */
public final class Relay {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

  private final Streams streams;
  private final Gates gates;
  private final Meters meters;
  private final Marking marking;
  private final Batcher<UUID, @Nullable Void> forgotten;

  public Relay(
      Vertx vertx,
      Postgres postgres,
      Streams streams,
      Gates gates,
      Meters meters,
      Marking marking) {
    this.marking = marking;
    this.streams = streams;
    this.gates = gates;
    this.meters = meters;
    this.forgotten =
        new Batcher<>(
            vertx,
            new Batcher.Lane("outbox", 1, 1000),
            meters,
            ids ->
                Postgres.during(
                        "forget relayed batches",
                        postgres
                            .writes()
                            .preparedQuery(OutboxSql.FORGET)
                            .execute(Tuple.of(ids.toArray(UUID[]::new))))
                    .map(_ -> Collections.nCopies(ids.size(), null)));
  }

  /**
   * Relays a batch of jobs about which nothing more is known than their entries say.
   *
   * @param batch the id of its outbox row
   * @return completes when the entries are on their streams, whether or not that worked: a failure
   *     is logged and counted, and the batch is found in the outbox later
   */
  public Future<Void> relay(UUID batch, List<Entry> entries) {
    return marking
        .mark(entries)
        .transform(
            marked -> {
              if (marked.succeeded()) {
                return relayMarked(batch, marked.result());
              }
              left(batch, marked.cause());
              return Future.succeededFuture();
            });
  }

  /** The entry of a job that was just written, for {@link #relayMarked}. */
  public Entry entry(NewJob job) {
    return marking.entry(job);
  }

  /** The same for entries that have all the marks that limits ask for. */
  public Future<Void> relayMarked(UUID batch, List<Entry> entries) {
    return Future.join(
            byPriority(entries).entrySet().stream()
                .map(one -> enqueue(one.getKey(), one.getValue()))
                .toList())
        .onSuccess(_ -> forget(batch))
        .onFailure(error -> left(batch, error))
        .otherwiseEmpty()
        .mapEmpty();
  }

  private Future<?> enqueue(Priority priority, List<Entry> entries) {
    return streams
        .enqueue(priority, entries)
        .onSuccess(room -> gates.room(priority, room))
        .onFailure(_ -> gates.close(priority));
  }

  private void forget(UUID batch) {
    CrashPoint.RELAYED.reach();
    forgotten
        .add(batch)
        .onFailure(e -> LOG.warn("outbox row {} stays; its jobs are relayed twice", batch, e));
  }

  private void left(UUID batch, Throwable error) {
    meters.failure("relay");
    LOG.atWarn()
        .addKeyValue("batch", batch)
        .log("not relayed: {}; its jobs go through the backlog", error.getMessage());
  }

  private static Map<Priority, List<Entry>> byPriority(List<Entry> entries) {
    var parts = new EnumMap<Priority, List<Entry>>(Priority.class);
    for (var entry : entries) {
      parts.computeIfAbsent(entry.priority(), _ -> new ArrayList<>(entries.size())).add(entry);
    }
    return parts;
  }
}
