package dev.orchestrix.recover;

import dev.orchestrix.redis.Streams;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.transition.Mending;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks for what must never be, a slice at a time, and puts it right. */
public final class Checkup {

  /** Where the first slice begins. */
  public static final UUID BEGINNING = new UUID(0, 0);

  private static final long RECENT_MILLIS = 5_000;

  private final Postgres postgres;
  private final Streams streams;
  private final Mending mending;

  public Checkup(Postgres postgres, Streams streams, Mending mending) {
    this.postgres = postgres;
    this.streams = streams;
    this.mending = mending;
  }

  /**
   * What one slice has shown.
   *
   * @param end after which the next slice begins, or null when this was the last
   */
  public record Slice(List<Suspect> suspects, @Nullable UUID end) {}

  /** Looks at up to {@code most} jobs with ids above {@code after}. */
  public Future<Slice> jobs(UUID after, int most) {
    return end(after, most)
        .compose(
            end ->
                suspects(AuditSql.SUSPECTS_NEXT, Tuple.of(after, most))
                    .map(found -> new Slice(found, end)));
  }

  /** Looks at the newest jobs, leaving out those of the last moments. */
  public Future<List<Suspect>> newest(Instant now, int most) {
    var before = Ids.firstAt(now.toEpochMilli() - RECENT_MILLIS);
    return suspects(AuditSql.SUSPECTS_NEWEST, Tuple.of(before, most));
  }

  /** Looks at up to {@code most} leases with ids above {@code after}. */
  public Future<Slice> leases(UUID after, int most) {
    return select(AuditSql.EMPTY_LEASES, Tuple.of(after, most))
        .map(
            rows -> {
              var found = new ArrayList<Suspect>();
              UUID last = null;
              for (var row : rows) {
                last = row.getUUID(0);
                if (row.getBoolean(1)) {
                  found.add(new Suspect(Invariant.LEASE_HAS_JOBS, last, 0));
                }
              }
              return new Slice(found, rows.size() < most ? null : last);
            });
  }

  /** A walk through all tables that name jobs. */
  Places places() {
    return new Places(postgres);
  }

  /** Those of the suspects that look the same now. */
  public Future<List<Suspect>> again(Collection<Suspect> before) {
    var leases = ids(before, true);
    var jobs = ids(before, false);
    var still = new ArrayList<Suspect>();
    return (jobs.length == 0
            ? Future.succeededFuture(List.<Suspect>of())
            : suspects(AuditSql.SUSPECTS_AGAIN, Tuple.of(jobs, jobs.length)))
        .onSuccess(still::addAll)
        .compose(
            _ ->
                jobs.length == 0
                    ? Future.succeededFuture(List.<Suspect>of())
                    : select(PlaceSql.AGAIN, Tuple.of((Object) jobs)).map(Checkup::read))
        .onSuccess(still::addAll)
        .compose(_ -> leases.length == 0 ? nothing() : leases(BEGINNING, Integer.MAX_VALUE))
        .map(
            slice -> {
              still.addAll(slice.suspects());
              still.retainAll(Set.copyOf(before));
              return still;
            });
  }

  /** Puts right what is still broken at that moment; how many of each. */
  public Future<Map<Invariant, Integer>> mend(List<Suspect> broken) {
    var mended = new EnumMap<Invariant, Integer>(Invariant.class);
    Future<?> chain = Future.succeededFuture();
    for (var kind : broken.stream().collect(Collectors.groupingBy(Suspect::invariant)).entrySet()) {
      chain =
          chain.compose(
              _ ->
                  mend(kind.getKey(), kind.getValue())
                      .onSuccess(count -> mended.put(kind.getKey(), count)));
    }
    return chain.map(mended);
  }

  private Future<Integer> mend(Invariant invariant, List<Suspect> broken) {
    var jobs = broken.stream().map(one -> new Mending.Found(one.id(), one.attempt())).toList();
    return switch (invariant) {
      case PENDING_IS_FINDABLE -> mending.addToBacklog(jobs);
      case RUNNING_IS_LEASED -> mending.giveBack(jobs);
      case RUNNING_IS_KNOWN -> throw new IllegalArgumentException("only its node can tell");
      case WAITING_HAS_TIMER -> mending.addTimers(jobs);
      case KEYED_HAS_PLACE -> mending.addPlaces(jobs);
      case NAMED_JOB_EXISTS -> Future.succeededFuture(0);
      case LETTER_IS_OF_FAILED -> mending.deleteLetters(broken.stream().map(Suspect::id).toList());
      case LEASE_HAS_JOBS -> mending.deleteLeases(broken.stream().map(Suspect::id).toList());
    };
  }

  /**
   * Ready jobs are looked at only while Redis holds nothing, before and after: an entry cannot be
   * found by its job.
   */
  private Future<List<Suspect>> suspects(String sql, Tuple slice) {
    return drained()
        .compose(
            drained ->
                select(sql, slice.addBoolean(drained))
                    .map(Checkup::read)
                    .compose(
                        found ->
                            drained && found.stream().anyMatch(Checkup::isReady)
                                ? drained().map(still -> still ? found : withoutReady(found))
                                : Future.succeededFuture(found)));
  }

  /** While Redis does not answer, ready jobs cannot be judged; all else can. */
  private Future<Boolean> drained() {
    return streams.drained().otherwise(false);
  }

  private static boolean isReady(Suspect suspect) {
    return suspect.invariant() == Invariant.PENDING_IS_FINDABLE;
  }

  private static List<Suspect> withoutReady(List<Suspect> found) {
    return found.stream().filter(one -> !isReady(one)).toList();
  }

  private Future<@Nullable UUID> end(UUID after, int most) {
    return select(AuditSql.SLICE_END, Tuple.of(after, most))
        .map(rows -> rows.size() == 0 ? null : rows.iterator().next().getUUID(0));
  }

  private static List<Suspect> read(RowSet<Row> rows) {
    var found = new ArrayList<Suspect>();
    for (var row : rows) {
      var invariant = Invariant.valueOf(row.getString(0).toUpperCase(Locale.ROOT));
      found.add(new Suspect(invariant, row.getUUID(1), row.getInteger(2)));
    }
    return found;
  }

  private static UUID[] ids(Collection<Suspect> suspects, boolean leases) {
    return suspects.stream()
        .filter(one -> (one.invariant() == Invariant.LEASE_HAS_JOBS) == leases)
        .map(Suspect::id)
        .toArray(UUID[]::new);
  }

  private static Future<Slice> nothing() {
    return Future.succeededFuture(new Slice(List.of(), null));
  }

  private Future<RowSet<Row>> select(String sql, Tuple parameters) {
    return Postgres.during("audit", postgres.reads().preparedQuery(sql).execute(parameters));
  }
}
