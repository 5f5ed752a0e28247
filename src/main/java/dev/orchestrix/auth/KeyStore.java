package dev.orchestrix.auth;

import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The keys in Postgres. Every future fails with {@link
 * dev.orchestrix.core.failure.EngineException}: nothing was changed then, unless the answer was
 * lost on the way.
 */
public final class KeyStore {
  private static final UUID ABOVE_ALL = new UUID(-1, -1);

  private final Postgres postgres;

  public KeyStore(Postgres postgres) {
    this.postgres = postgres;
  }

  /** A key as its row has it. */
  record Stored(ApiKey key, Buffer hash, OffsetDateTime changed) {}

  /** Makes a key; nothing when its tenant is leaving or gone. */
  public Future<Optional<MadeKey>> create(NewKey wanted) {
    var text = KeyText.make();
    var life = wanted.expiresIn();
    var values =
        Tuple.of(Ids.next(), KeyText.prefix(text), hash(text))
            .addString(wanted.tenant())
            .addString(wanted.role().label())
            .addString(wanted.name())
            .addBoolean(wanted.payloads())
            .addLong(life == null ? null : (Long) life.toMillis());
    addLimit(values, wanted.requests());
    return query("make a key", KeySql.CREATE, values)
        .map(rows -> stored(rows).stream().map(it -> new MadeKey(it.key(), text)).findFirst());
  }

  /**
   * Keys, newest first.
   *
   * @param tenant of that one only, or null for all keys
   * @param before only keys with a smaller id, or null to begin with the newest
   */
  public Future<List<ApiKey>> list(@Nullable String tenant, @Nullable UUID before, int most) {
    var values = Tuple.of(tenant, before == null ? ABOVE_ALL : before, most);
    return query("list keys", KeySql.LIST, values)
        .map(rows -> stored(rows).stream().map(Stored::key).toList());
  }

  /**
   * Revokes a key for good; the key, if there is one.
   *
   * @param tenant whose key it has to be, or null for anybody's
   */
  public Future<Optional<ApiKey>> revoke(UUID id, @Nullable String tenant) {
    return query("revoke a key", KeySql.REVOKE, Tuple.of(id, tenant))
        .map(rows -> stored(rows).stream().map(Stored::key).findFirst());
  }

  /**
   * Makes a key like another, which ends after a grace; nothing if that other opens nothing.
   *
   * @param tenant whose key it has to be, or null for anybody's
   */
  public Future<Optional<MadeKey>> rotate(UUID id, @Nullable String tenant, Duration grace) {
    var text = KeyText.make();
    var values =
        Tuple.of(id, tenant, grace.toMillis(), Ids.next(), KeyText.prefix(text), hash(text));
    return query("rotate a key", KeySql.ROTATE, values)
        .map(rows -> stored(rows).stream().map(it -> new MadeKey(it.key(), text)).findFirst());
  }

  /**
   * Says how many requests a key may make from now on; the key, if there is one.
   *
   * @param tenant whose key it has to be, or null for anybody's
   * @param requests null for as many as the settings say
   */
  public Future<Optional<ApiKey>> allow(
      UUID id, @Nullable String tenant, @Nullable RateLimit requests) {
    var values = Tuple.of(id, tenant);
    addLimit(values, requests);
    return query("limit the requests of a key", KeySql.ALLOW, values)
        .map(rows -> stored(rows).stream().map(Stored::key).findFirst());
  }

  Future<List<Stored>> changed(OffsetDateTime since) {
    return query("read changed keys", KeySql.CHANGED, Tuple.of(since)).map(KeyStore::stored);
  }

  Future<Void> used(UUID id) {
    return query("note that a key was used", KeySql.USED, Tuple.of(id)).mapEmpty();
  }

  private Future<RowSet<Row>> query(String operation, String sql, Tuple values) {
    return Postgres.during(operation, postgres.reads().preparedQuery(sql).execute(values));
  }

  private static void addLimit(Tuple values, @Nullable RateLimit limit) {
    var _ =
        values
            .addDouble(limit == null ? null : (Double) limit.rate())
            .addInteger(limit == null ? null : (Integer) limit.burst());
  }

  private static Buffer hash(String text) {
    return Buffer.buffer(KeyText.hash(KeyText.sha256(), text));
  }

  private static List<Stored> stored(RowSet<Row> rows) {
    return rows.stream().map(KeyStore::stored).toList();
  }

  private static Stored stored(Row row) {
    var key =
        new ApiKey(
            row.getUUID("id"),
            row.getString("prefix"),
            row.getString("tenant"),
            Role.ofLabel(row.getString("role")).orElseThrow(),
            row.getString("name"),
            row.getBoolean("payloads"),
            row.getOffsetDateTime("created_at").toInstant(),
            time(row, "expires_at"),
            time(row, "revoked_at"),
            time(row, "last_used_at"),
            limit(row));
    return new Stored(key, row.getBuffer("hash"), row.getOffsetDateTime("updated_at"));
  }

  private static @Nullable RateLimit limit(Row row) {
    var rate = row.getDouble("request_rate");
    return rate == null ? null : new RateLimit(rate, row.getInteger("request_burst"));
  }

  private static @Nullable Instant time(Row row, String column) {
    var time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
