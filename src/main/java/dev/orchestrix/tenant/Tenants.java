package dev.orchestrix.tenant;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.orchestrix.bus.Addresses;
import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The tenants, their weights and limits, kept in memory. A change is told to all nodes at once over
 * the bus; a node that misses it finds it within a second, as it asks Postgres that often. One that
 * is being deleted is known as such until somebody asks for it and it is gone.
 *
 * <p>Futures fail with {@link dev.orchestrix.core.failure.EngineException}: nothing was changed
 * then, unless the answer to {@link #put} or {@link #leave} was lost on the way.
 */
public final class Tenants {
  private final Postgres postgres;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final Set<String> leaving = ConcurrentHashMap.newKeySet();
  private final Map<String, Future<Optional<Tenant>>> asked = new ConcurrentHashMap<>();
  private final Vertx vertx;
  private final News news;

  /**
   * @param changed when it was changed last, by the clock of Postgres
   */
  private record Known(Tenant tenant, OffsetDateTime changed) {}

  public Tenants(Vertx vertx, Postgres postgres) {
    this(vertx, postgres, System::nanoTime);
  }

  Tenants(Vertx vertx, Postgres postgres, LongSupplier nanos) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.news =
        new News(
            vertx,
            postgres,
            Addresses.TENANTS,
            "tenants",
            TenantSql.CHANGED,
            this::keep,
            this::forget,
            nanos);
  }

  /** Reads all tenants and listens for changes from then on. */
  public Future<Void> start() {
    return news.start();
  }

  /** Asks Postgres no more. */
  public void stop() {
    news.stop();
  }

  /**
   * Whether there is such a tenant: from memory, or else from Postgres. One that is leaving is
   * there until all that is its own is gone.
   */
  public Future<Boolean> exists(String id) {
    if (known.containsKey(id) && !leaving.contains(id)) {
      return Future.succeededFuture(true);
    }
    return Tenant.isId(id) ? ask(id).map(Optional::isPresent) : Future.succeededFuture(false);
  }

  /** Whether a tenant is being deleted, from memory. */
  public boolean leaving(String id) {
    return leaving.contains(id);
  }

  /** The tenants that are being deleted, as this node knows them at any time. */
  Set<String> leaving() {
    return Collections.unmodifiableSet(leaving);
  }

  /** The limits of a tenant, from memory; nothing when it has none. */
  public Optional<TenantLimits> limits(String id) {
    return Optional.ofNullable(known.get(id)).map(it -> it.tenant.limits());
  }

  /** How much a tenant may submit, from memory. */
  TenantQuotas quotas(String id) {
    var found = known.get(id);
    return found == null ? TenantQuotas.NONE : found.tenant.quotas();
  }

  /** The tenants of which only so many jobs may wait, from memory. */
  Set<String> counted() {
    var counted = new HashSet<String>();
    known.forEach(
        (id, it) -> {
          if (it.tenant.quotas().pending() != null) {
            counted.add(id);
          }
        });
    return counted;
  }

  /** The tenants that may run only so many jobs at once, from memory. */
  public Map<String, Integer> running() {
    var running = new HashMap<String, Integer>();
    known.forEach(
        (id, it) -> {
          var limits = it.tenant.limits();
          if (limits != null && limits.running() != null) {
            running.put(id, limits.running());
          }
        });
    return running;
  }

  /**
   * What a tenant's share of the slots is, from memory: its weight, or 0 while it is stopped; 1
   * when it is not known.
   */
  public int share(String id) {
    var found = known.get(id);
    if (found == null) {
      return 1;
    }
    var limits = found.tenant.limits();
    return limits != null && limits.stopped() ? 0 : found.tenant.weight();
  }

  /** One tenant as it is in Postgres. */
  public Future<Optional<Tenant>> find(String id) {
    return query("find tenant", TenantSql.FIND, Tuple.of(id))
        .map(
            rows -> {
              var found = keep(rows).stream().findFirst();
              if (found.isEmpty()) {
                known.remove(id);
                leaving.remove(id);
              }
              return found;
            });
  }

  /** Every tenant as it is in Postgres, by id. */
  public Future<List<Tenant>> list() {
    return query("list tenants", TenantSql.LIST, Tuple.tuple()).map(this::keep);
  }

  /**
   * Makes a tenant or replaces all that is set of it.
   *
   * @return the tenant as it was written, or nothing while it is being deleted; other nodes know it
   *     within a second
   */
  public Future<Optional<Tenant>> put(Tenant tenant) {
    var limits = tenant.limits();
    var rate = limits == null ? null : limits.rate();
    var retention = tenant.retention();
    var values =
        Tuple.of(tenant.id(), tenant.weight())
            .addDouble(rate == null ? null : (Double) rate.rate())
            .addInteger(rate == null ? null : (Integer) rate.burst())
            .addInteger(limits == null ? null : limits.running())
            .addLong(tenant.quotas().pending())
            .addLong(tenant.quotas().perDay())
            .addLong(tenant.quotas().bytes())
            .addInteger(tenant.quotas().payloadBytes())
            .addLong(retention == null ? null : (Long) retention.toMillis());
    return query("put tenant", TenantSql.PUT, values)
        .map(rows -> keep(rows).stream().findFirst())
        .onSuccess(_ -> news.tell(tenant.id()));
  }

  /**
   * Begins to delete a tenant: nothing of it is accepted or started from now on, and its keys open
   * nothing. The leader does the rest.
   *
   * @return the tenant as it is then, or nothing when there is none; other nodes know it within a
   *     second
   */
  public Future<Optional<Tenant>> leave(String id) {
    return query("begin to delete a tenant", TenantSql.LEAVE, Tuple.of(id))
        .compose(rows -> close(id).map(_ -> keep(rows).stream().findFirst()))
        .onSuccess(_ -> news.tell(id));
  }

  /** Takes from a tenant that is leaving what was given to it, once more or for the first time. */
  public Future<Void> close(String id) {
    return query("close a tenant", TenantSql.CLOSE, Tuple.of(id))
        .map(
            rows -> {
              if (rows.iterator().next().getBoolean(0)) {
                List.of(Addresses.KEYS, Addresses.LIMITS, Addresses.PAUSES)
                    .forEach(address -> vertx.eventBus().publish(address, ""));
              }
              return null;
            });
  }

  /** The tenants that are being deleted, as it is in Postgres. */
  public Future<List<String>> departing() {
    return query("find who is leaving", TenantSql.LEAVING, Tuple.tuple())
        .map(rows -> rows.stream().map(row -> row.getString(0)).toList());
  }

  /** The tenants that keep their ended jobs for less than {@code usual}, and how long they do. */
  public Future<Map<String, Duration>> keepingLess(Duration usual) {
    return query("find who keeps jobs for less", TenantSql.SHORTER, Tuple.of(usual.toMillis()))
        .map(
            rows -> {
              var shorter = new LinkedHashMap<String, Duration>();
              rows.forEach(row -> shorter.put(row.getString(0), Duration.ofMillis(row.getLong(1))));
              return shorter;
            });
  }

  /**
   * Lets a tenant go that has no jobs any more, once every node has heard of that; whether it is
   * gone.
   */
  public Future<Boolean> go(String id) {
    return query("let a tenant go", TenantSql.GO, Tuple.of(id, News.HEARD.toMillis()))
        .map(rows -> rows.size() > 0);
  }

  /** However many requests of a tenant that this node has not heard of, Postgres is asked once. */
  private Future<Optional<Tenant>> ask(String id) {
    var asking = asked.computeIfAbsent(id, this::find);
    return asking.onComplete(_ -> asked.remove(id, asking));
  }

  private Future<RowSet<Row>> query(String operation, String sql, Tuple values) {
    return Postgres.during(operation, postgres.reads().preparedQuery(sql).execute(values));
  }

  private List<Tenant> keep(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(this::keep).toList();
  }

  /** Answers may come in another order than they were given: an older one changes nothing. */
  @CanIgnoreReturnValue
  private Tenant keep(Row row) {
    var tenant =
        new Tenant(
            row.getString("id"),
            row.getInteger("weight"),
            limits(row),
            quotas(row),
            millis(row.getLong("retention_ms")),
            row.getOffsetDateTime("leaving_at") != null);
    var newest =
        known.merge(
            tenant.id(),
            new Known(tenant, row.getOffsetDateTime("updated_at")),
            (before, read) -> read.changed.isBefore(before.changed) ? before : read);
    if (newest.tenant.leaving()) {
      leaving.add(tenant.id());
    } else {
      leaving.remove(tenant.id());
    }
    return tenant;
  }

  private static @Nullable Duration millis(@Nullable Long millis) {
    return millis == null ? null : Duration.ofMillis(millis);
  }

  private void forget(RowSet<Row> all) {
    var there = new HashSet<String>();
    all.forEach(row -> there.add(row.getString("id")));
    known.keySet().retainAll(there);
    leaving.retainAll(there);
  }

  private static TenantQuotas quotas(Row row) {
    var quotas =
        new TenantQuotas(
            row.getLong("quota_pending"),
            row.getLong("quota_per_day"),
            row.getLong("quota_bytes"),
            row.getInteger("quota_payload_bytes"));
    return quotas.equals(TenantQuotas.NONE) ? TenantQuotas.NONE : quotas;
  }

  private static @Nullable TenantLimits limits(Row row) {
    var rate = row.getDouble("rate");
    var running = row.getInteger("running");
    return rate == null && running == null
        ? null
        : new TenantLimits(
            rate == null ? null : new RateLimit(rate, row.getInteger("burst")), running);
  }
}
