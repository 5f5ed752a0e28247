package dev.orchestrix.recover;

import static java.time.ZoneOffset.UTC;

import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Goes through the tables that name jobs, a slice at a time, and looks whether the jobs are there:
 * the other half of looking whether each job is named. Not thread-safe.
 */
final class Places {
  private static final OffsetDateTime EPOCH = OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, UTC);

  /** A table, or some, with the key that is below every other. */
  private record Place(String sql, List<Object> beginning) {}

  private static final List<Place> ALL =
      List.of(
          new Place(PlaceSql.BATCHES, List.of()),
          new Place(PlaceSql.BACKLOG, List.of((short) -1, "", Checkup.BEGINNING)),
          new Place(PlaceSql.TIMERS, List.of(EPOCH, Checkup.BEGINNING)),
          new Place(PlaceSql.LETTERS, List.of("", Checkup.BEGINNING)));

  private final Postgres postgres;
  private int at;
  private List<Object> after = ALL.getFirst().beginning();

  Places(Postgres postgres) {
    this.postgres = postgres;
  }

  /**
   * What is wrong with the next jobs that are named, about {@code most} of them.
   *
   * @param last whether it was the last slice of them all; the next is the first again
   */
  record Slice(List<Suspect> suspects, boolean last) {}

  Future<Slice> next(int most) {
    var parameters = Tuple.tuple();
    after.forEach(parameters::addValue);
    return Postgres.during(
            "audit",
            postgres.reads().preparedQuery(ALL.get(at).sql()).execute(parameters.addInteger(most)))
        .map(rows -> slice(rows, most));
  }

  private Slice slice(RowSet<Row> rows, int most) {
    var found = new ArrayList<Suspect>();
    var last = after;
    for (var row : rows) {
      var wrong = row.getString(1);
      if (wrong != null) {
        var invariant = Invariant.valueOf(wrong.toUpperCase(Locale.ROOT));
        found.add(new Suspect(invariant, row.getUUID(0), 0));
      }
      last = key(row);
    }
    boolean through = last.isEmpty() || rows.size() < most;
    if (through) {
      at = (at + 1) % ALL.size();
    }
    after = through ? ALL.get(at).beginning() : last;
    return new Slice(found, through && at == 0);
  }

  private static List<Object> key(Row row) {
    var key = new ArrayList<>();
    for (int i = 2; i < row.size(); i++) {
      key.add(row.getValue(i));
    }
    return key;
  }
}
