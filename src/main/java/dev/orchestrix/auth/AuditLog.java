package dev.orchestrix.auth;

import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who has changed what, in Postgres. Every future fails with {@link
 * dev.orchestrix.core.failure.EngineException}: nothing was written then, unless the answer was
 * lost on the way.
 */
public final class AuditLog {
  private static final UUID ABOVE_ALL = new UUID(-1, -1);

  /** Lines that one pass forgets: the next pass goes on. */
  private static final int FORGOTTEN = 20_000;

  private final Postgres postgres;

  public AuditLog(Postgres postgres) {
    this.postgres = postgres;
  }

  /** Writes a line, or what became of it. */
  public Future<Void> write(AuditLine line) {
    var status = line.status();
    return run(
            "write to the audit log",
            AuditLogSql.WRITE,
            Tuple.of(line.id(), line.who(), line.address(), line.action())
                .addString(line.tenant())
                .addString(line.thing())
                .addShort(status == null ? null : (Short) (short) (int) status)
                .addString(line.before())
                .addString(line.after())
                .addString(line.trace()))
        .mapEmpty();
  }

  /** Lines, newest first. */
  public Future<List<AuditLine>> list(AuditFilter filter, int most) {
    var before = filter.before();
    return run(
            "list the audit log",
            AuditLogSql.LIST,
            Tuple.of(filter.tenant(), filter.action(), filter.who())
                .addOffsetDateTime(time(filter.from()))
                .addOffsetDateTime(time(filter.until()))
                .addUUID(before == null ? ABOVE_ALL : before)
                .addInteger(most))
        .map(rows -> rows.stream().map(AuditLog::line).toList());
  }

  /** Forgets lines that are older, some at a time; how many those were. */
  public Future<Integer> forget(Instant now, Duration age) {
    var newest = Ids.firstAt(now.minus(age).toEpochMilli());
    return run("forget old lines", AuditLogSql.FORGET, Tuple.of(newest, FORGOTTEN))
        .map(RowSet::rowCount);
  }

  private Future<RowSet<Row>> run(String operation, String sql, Tuple values) {
    return Postgres.during(operation, postgres.reads().preparedQuery(sql).execute(values));
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static AuditLine line(Row row) {
    var status = row.getShort("status");
    return new AuditLine(
        row.getUUID("id"),
        row.getOffsetDateTime("at").toInstant(),
        row.getString("who"),
        row.getString("address"),
        row.getString("action"),
        row.getString("tenant"),
        row.getString("thing"),
        status == null ? null : (Integer) (int) status,
        row.getString("before"),
        row.getString("after"),
        row.getString("trace"));
  }
}
