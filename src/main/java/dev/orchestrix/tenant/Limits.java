package dev.orchestrix.tenant;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.orchestrix.bus.Addresses;
import dev.orchestrix.bus.LaneName;
import dev.orchestrix.core.limit.LimitKind;
import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.core.limit.Strategy;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The limits of types, rate keys and concurrency keys, kept in memory. A change is told to all
 * nodes at once over the bus; a node that misses it finds it within a second, as it asks Postgres
 * that often.
 *
 * <p>Futures fail with {@link dev.orchestrix.core.failure.EngineException}: nothing was changed
 * then, unless the answer to {@link #put} or {@link #remove} was lost on the way.
 */
public final class Limits {
  private final Postgres postgres;
  private final Map<Place, Known> known = new ConcurrentHashMap<>();
  private final Set<String> types = ConcurrentHashMap.newKeySet();
  private volatile boolean ofRates;
  private final News news;

  /** What a limit is found by. */
  public record Place(LimitKind kind, String tenant, String name) {}

  private record Known(Limit limit, boolean gone, OffsetDateTime changed) {}

  public Limits(Vertx vertx, Postgres postgres) {
    this.postgres = postgres;
    this.news =
        new News(
            vertx,
            postgres,
            Addresses.LIMITS,
            "limits",
            LimitSql.CHANGED,
            this::keep,
            this::forget);
  }

  /** Reads all limits and listens for changes from then on. */
  public Future<Void> start() {
    return news.start();
  }

  /** Asks Postgres no more. */
  public void stop() {
    news.stop();
  }

  /** Whether any type has a limit; when none has, nobody need ask for one. */
  public boolean ofTypes() {
    return !types.isEmpty();
  }

  /** Whether a type has a limit. */
  public boolean concern(String type) {
    return types.contains(type);
  }

  /** The types that have limits at this moment. */
  public List<String> concerned() {
    return List.copyOf(types);
  }

  /** Whether any rate key has a limit. */
  public boolean ofRates() {
    return ofRates;
  }

  /** The limit of a type, from memory. */
  public Optional<Limit> type(String type) {
    return types.isEmpty() ? Optional.empty() : Optional.ofNullable(at(LimitKind.TYPE, "", type));
  }

  /** The limit of a rate key, from memory: its own, or its group's, or that of all keys. */
  public Optional<Limit> rateKey(String tenant, String key) {
    return ofRates ? ofKey(LimitKind.RATE_KEY, tenant, key) : Optional.empty();
  }

  /**
   * The limit of a concurrency key, from memory, found in the same way; one slot if there is none.
   */
  public Limit concurrencyKey(String tenant, String key) {
    return ofKey(LimitKind.CONCURRENCY_KEY, tenant, key)
        .orElseGet(
            () -> new Limit(LimitKind.CONCURRENCY_KEY, tenant, key, null, 1, Strategy.QUEUE));
  }

  /** How many jobs of a concurrency key may run at once. */
  public int slots(LaneName lane) {
    var running = concurrencyKey(lane.tenant(), lane.key()).running();
    return running == null ? Integer.MAX_VALUE : running;
  }

  private Optional<Limit> ofKey(LimitKind kind, String tenant, String key) {
    var own = at(kind, tenant, key);
    if (own == null) {
      own = at(kind, tenant, Limit.group(key));
    }
    return Optional.ofNullable(own == null ? at(kind, tenant, Limit.ANY) : own);
  }

  private @Nullable Limit at(LimitKind kind, String tenant, String name) {
    var found = known.get(new Place(kind, tenant, name));
    return found == null || found.gone ? null : found.limit;
  }

  /** One limit as it is in Postgres. */
  public Future<Optional<Limit>> find(Place place) {
    return query("find limit", LimitSql.FIND, parameters(place))
        .map(rows -> keep(rows).stream().filter(it -> !it.gone).map(Known::limit).findFirst());
  }

  /**
   * Limits as they are in Postgres, in the order of kind, tenant and name.
   *
   * @param kind of this kind only, or null
   * @param tenant of this tenant only, or null
   * @param after what to begin behind, or null for the beginning
   */
  public Future<List<Limit>> list(
      @Nullable LimitKind kind, @Nullable String tenant, @Nullable Place after, int most) {
    var from =
        after == null
            ? new String[] {"", "", ""}
            : new String[] {after.kind.label(), after.tenant, after.name};
    return query(
            "list limits",
            LimitSql.LIST,
            Tuple.of(kind == null ? null : kind.label(), tenant)
                .addArrayOfString(from)
                .addInteger(most))
        .map(rows -> keep(rows).stream().map(Known::limit).toList());
  }

  /**
   * Sets a limit, or replaces it.
   *
   * @return the limit as it was written, or nothing when its tenant is leaving or gone; other nodes
   *     know it within a second
   */
  public Future<Optional<Limit>> put(Limit limit) {
    var rate = limit.rate();
    var values =
        parameters(place(limit))
            .addDouble(rate == null ? null : (Double) rate.rate())
            .addInteger(rate == null ? null : (Integer) rate.burst())
            .addInteger(limit.running())
            .addString(limit.strategy().label());
    return query("set limit", LimitSql.PUT, values)
        .map(rows -> keep(rows).stream().map(Known::limit).findFirst())
        .onSuccess(_ -> news.tell(""));
  }

  /** Takes a limit away; the one that was there. */
  public Future<Optional<Limit>> remove(Place place) {
    return query("remove limit", LimitSql.REMOVE, parameters(place))
        .map(rows -> keep(rows).stream().map(Known::limit).findFirst())
        .onSuccess(_ -> news.tell(""));
  }

  private static Tuple parameters(Place place) {
    return Tuple.of(place.kind.label(), place.tenant, place.name);
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
    var limit = limit(row);
    var read = new Known(limit, row.getBoolean("gone"), row.getOffsetDateTime("updated_at"));
    var newest =
        known.merge(
            place(limit),
            read,
            (before, now) -> now.changed.isBefore(before.changed) ? before : now);
    note(newest);
    return read;
  }

  private void note(Known newest) {
    var limit = newest.limit;
    ofRates |= limit.kind() == LimitKind.RATE_KEY && !newest.gone;
    if (limit.kind() == LimitKind.TYPE) {
      if (newest.gone) {
        types.remove(limit.name());
      } else {
        types.add(limit.name());
      }
    }
  }

  private void forget(RowSet<Row> all) {
    var there = new HashSet<Place>();
    all.forEach(row -> there.add(place(limit(row))));
    known.keySet().retainAll(there);
  }

  private static Place place(Limit limit) {
    return new Place(limit.kind(), limit.tenant(), limit.name());
  }

  private static Limit limit(Row row) {
    var rate = row.getDouble("rate");
    return new Limit(
        LimitKind.ofLabel(row.getString("kind")).orElseThrow(),
        row.getString("tenant"),
        row.getString("name"),
        rate == null ? null : new RateLimit(rate, row.getInteger("burst")),
        row.getInteger("running"),
        Strategy.ofLabel(row.getString("strategy")).orElseThrow());
  }
}
