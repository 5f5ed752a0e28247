package dev.orchestrix.recover;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.redis.KnownJobs;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The jobs that a Redis had and its successor has not.
 *
 * <p>Others go on meanwhile, and put onto the new server what waits in Postgres. So what should be
 * on a stream is read first, and what is there second: whoever came in between is in both or in
 * none, and has no second entry, which would take tokens and start nothing.
 */
final class LostJobs {
  private final Postgres postgres;
  private final KnownJobs known;

  /** What should have been on streams at one moment. */
  private record Expected(List<UUID> batches, List<UUID> jobs) {}

  LostJobs(Postgres postgres, KnownJobs known) {
    this.postgres = postgres;
    this.known = known;
  }

  /**
   * Puts them into the backlog. Scans all partitions, which is rare and takes longer than
   * statements usually may.
   *
   * @return how many
   */
  Future<Integer> restore() {
    return expected()
        .compose(expected -> known.entries().compose(entries -> restore(expected, entries)));
  }

  private Future<Expected> expected() {
    return ids("list the outbox", RecoverSql.OUTBOX)
        .compose(
            batches ->
                ids("list what should be on streams", RecoverSql.ON_STREAMS)
                    .map(jobs -> new Expected(batches, jobs)));
  }

  private Future<Integer> restore(Expected expected, Set<Entry> entries) {
    var there = List.copyOf(entries);
    var parameters =
        Tuple.tuple()
            .addArrayOfUUID(expected.jobs().toArray(UUID[]::new))
            .addArrayOfUUID(Rows.column(there, UUID[]::new, Entry::id))
            .addArrayOfInteger(Rows.column(there, Integer[]::new, Entry::attempt))
            .addArrayOfUUID(expected.batches().toArray(UUID[]::new));
    return Postgres.during(
        "put ready jobs into the backlog",
        postgres
            .apart()
            .preparedQuery(RecoverSql.RESTORE)
            .execute(parameters)
            .map(rows -> rows.iterator().next().getLong(0).intValue()));
  }

  private Future<List<UUID>> ids(String operation, String sql) {
    return Postgres.during(
        operation,
        postgres
            .apart()
            .preparedQuery(sql)
            .execute()
            .map(rows -> rows.stream().map(row -> row.getUUID(0)).toList()));
  }
}
