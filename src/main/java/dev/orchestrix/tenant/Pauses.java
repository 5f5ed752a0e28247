package dev.orchestrix.tenant;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.orchestrix.bus.Addresses;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.limit.PauseKind;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What is paused, kept in memory. A change is told to all nodes at once over the bus; a node that
 * misses it finds it within a second, as it asks Postgres that often. A pause with an end is over
 * by itself when Postgres says so.
 *
 * <p>Futures fail with {@link dev.orchestrix.core.failure.EngineException}: nothing was changed
 * then, unless the answer to {@link #pause} or {@link #resume} was lost on the way.
 */
public final class Pauses {
  private final Postgres postgres;
  private final Map<Place, Known> known = new ConcurrentHashMap<>();
  private final News news;
  private final Set<String> leaving;

  private record Place(PauseKind kind, String name) {}

  /**
   * @param endsNanos when it ends, by this process's own clock, or null
   */
  private record Known(
      Pause pause, boolean gone, OffsetDateTime changed, @Nullable Long endsNanos) {
    boolean holds() {
      return !gone && (endsNanos == null || endsNanos - System.nanoTime() > 0);
    }
  }

  /**
   * @param leaving the tenants that are being deleted: as good as paused
   */
  Pauses(Vertx vertx, Postgres postgres, Set<String> leaving) {
    this.postgres = postgres;
    this.news =
        new News(
            vertx,
            postgres,
            Addresses.PAUSES,
            "pauses",
            PauseSql.CHANGED,
            this::keep,
            this::forget);
    this.leaving = leaving;
  }

  /** Reads all pauses and listens for changes from then on. */
  public Future<Void> start() {
    return news.start();
  }

  /** Asks Postgres no more. */
  public void stop() {
    news.stop();
  }

  /** Whether nothing was ever paused, as far as this node knows, and nobody is leaving. */
  public boolean none() {
    return known.isEmpty() && leaving.isEmpty();
  }

  /** Whether jobs of a tenant must not start, from memory. */
  public boolean tenant(String id) {
    return leaving.contains(id) || paused(PauseKind.TENANT, id).isPresent();
  }

  /** Whether jobs of a type must not start, from memory. */
  public boolean type(String type) {
    return paused(PauseKind.TYPE, type).isPresent();
  }

  /** Whether jobs of a priority must not start, from memory. */
  public boolean priority(Priority priority) {
    return paused(PauseKind.PRIORITY, priority.label()).isPresent();
  }

  /** The pause of something, from memory. */
  public Optional<Pause> paused(PauseKind kind, String name) {
    if (known.isEmpty()) {
      return Optional.empty();
    }
    var found = known.get(new Place(kind, name));
    return found == null || !found.holds() ? Optional.empty() : Optional.of(found.pause);
  }

  /** The types that are paused at this moment. */
  public List<String> types() {
    return known.isEmpty()
        ? List.of()
        : known.entrySet().stream()
            .filter(one -> one.getKey().kind == PauseKind.TYPE && one.getValue().holds())
            .map(one -> one.getKey().name)
            .toList();
  }

  /** All that are paused, as it is in Postgres. */
  public Future<List<Pause>> list() {
    return query("list pauses", PauseSql.LIST, Tuple.tuple())
        .map(rows -> keep(rows).stream().map(Known::pause).toList());
  }

  /**
   * Pauses something, or changes who, why and until.
   *
   * @return as it was written, or nothing when it is a tenant that is leaving or gone; other nodes
   *     know it within a second
   */
  public Future<Optional<Pause>> pause(
      PauseKind kind,
      String name,
      @Nullable String by,
      @Nullable String why,
      @Nullable Instant until) {
    var values =
        Tuple.of(kind.label(), name, by, why)
            .addOffsetDateTime(until == null ? null : until.atOffset(ZoneOffset.UTC));
    return query("pause", PauseSql.PAUSE, values)
        .map(rows -> keep(rows).stream().map(Known::pause).findFirst())
        .onSuccess(_ -> news.tell(""));
  }

  /** Lets something go on; whether it was paused. */
  public Future<Boolean> resume(PauseKind kind, String name) {
    return query("resume", PauseSql.RESUME, Tuple.of(kind.label(), name))
        .map(rows -> !keep(rows).isEmpty())
        .onSuccess(_ -> news.tell(""));
  }

  private Future<RowSet<Row>> query(String operation, String sql, Tuple values) {
    return Postgres.during(operation, postgres.reads().preparedQuery(sql).execute(values));
  }

  private List<Known> keep(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(this::keep).toList();
  }

  /** Answers may come in another order than they were given: an older one changes nothing. */
  @CanIgnoreReturnValue
  private Known keep(Row row) {
    var pause = pause(row);
    var left = row.getLong("left_ms");
    var read =
        new Known(
            pause,
            row.getBoolean("gone"),
            row.getOffsetDateTime("updated_at"),
            left == null ? null : (Long) (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(left)));
    known.merge(
        place(pause), read, (before, now) -> now.changed.isBefore(before.changed) ? before : now);
    return read;
  }

  private void forget(RowSet<Row> all) {
    var there = new HashSet<Place>();
    all.forEach(row -> there.add(place(pause(row))));
    known.keySet().retainAll(there);
  }

  private static Place place(Pause pause) {
    return new Place(pause.kind(), pause.name());
  }

  private static Pause pause(Row row) {
    var until = row.getOffsetDateTime("until");
    return new Pause(
        PauseKind.ofLabel(row.getString("kind")).orElseThrow(),
        row.getString("name"),
        row.getString("by_whom"),
        row.getString("why"),
        row.getOffsetDateTime("since").toInstant(),
        until == null ? null : until.toInstant());
  }
}
