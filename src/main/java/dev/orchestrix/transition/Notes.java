package dev.orchestrix.transition;

import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Batcher;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** RUNNING stays RUNNING: keeps what attempts say while they run. */
public final class Notes {

  /** A note may be some hundred KiB long. */
  private static final int LIMIT = 50;

  private record Fence(UUID job, int attempt) {
    static Fence of(Note note) {
      return new Fence(note.job(), note.attempt());
    }
  }

  private final Postgres postgres;
  private final Batcher<Note, Boolean> lane;

  public Notes(Vertx vertx, Postgres postgres, Meters meters) {
    this.postgres = postgres;
    // one batch at a time, so that of two notes of an attempt the newer is written last
    this.lane = new Batcher<>(vertx, new Batcher.Lane("note", 1, LIMIT), meters, this::write);
  }

  /**
   * Writes a note of a running attempt.
   *
   * @return whether it was kept, after the commit; false means that the job is no longer this
   *     attempt's and nothing was written. Fails when Postgres did not answer: it may be written or
   *     not, and may be written again.
   */
  public Future<Boolean> keep(Note note) {
    return lane.add(note);
  }

  private Future<List<Boolean>> write(List<Note> batch) {
    var newest = new LinkedHashMap<Fence, Note>();
    batch.forEach(note -> newest.merge(Fence.of(note), note, Note::merged));
    var notes = List.copyOf(newest.values());
    var ids = Rows.column(notes, UUID[]::new, Note::job);
    var parameters =
        Tuple.tuple()
            .addArrayOfUUID(ids)
            .addArrayOfInteger(Rows.column(notes, Integer[]::new, Note::attempt))
            .addArrayOfString(Rows.nullable(notes, String[]::new, Note::report))
            .addArrayOfString(Rows.nullable(notes, String[]::new, Note::checkpoint))
            .addUUID(Rows.lowest(ids))
            .addUUID(Rows.highest(ids));
    return Postgres.during(
            "keep what attempts say",
            postgres.writes().preparedQuery(NoteSql.KEEP).execute(parameters))
        .map(
            rows -> {
              var kept = kept(rows);
              return batch.stream().map(note -> kept.contains(Fence.of(note))).toList();
            });
  }

  private static Set<Fence> kept(RowSet<Row> rows) {
    var kept = HashSet.<Fence>newHashSet(rows.size());
    rows.forEach(row -> kept.add(new Fence(row.getUUID(0), row.getInteger(1))));
    return kept;
  }
}
