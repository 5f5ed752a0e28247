package dev.orchestrix.recover;

import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** Takes away letters that nobody will answer. Their jobs stay as they are. */
public final class DeadLetters {
  /** Letters that one pass forgets: the next pass goes on. */
  private static final int FORGOTTEN = 20_000;

  private final Postgres postgres;

  public DeadLetters(Postgres postgres) {
    this.postgres = postgres;
  }

  /** Discards the letter of a job, which stays failed; whether there was one. */
  public Future<Boolean> discard(UUID job) {
    return change("discard a dead letter", LetterSql.DISCARD, Tuple.of(job))
        .map(count -> count > 0);
  }

  /** Forgets the letters of jobs older than {@code age} that are gone, and redrives as old. */
  Future<Void> forget(Instant now, Duration age) {
    var newest = Ids.firstAt(now.minus(age).toEpochMilli());
    return change("forget dead letters", LetterSql.FORGET_LETTERS, Tuple.of(newest, FORGOTTEN))
        .compose(
            _ -> change("forget redrives", LetterSql.FORGET_REDRIVES, Tuple.of(age.toMillis())))
        .mapEmpty();
  }

  private Future<Integer> change(String operation, String sql, Tuple parameters) {
    return Postgres.during(operation, postgres.reads().preparedQuery(sql).execute(parameters))
        .map(rows -> rows.rowCount());
  }
}
