package dev.orchestrix.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * The daily partitions of {@code jobs}. A job's partition follows from its id, whose first 48 bits
 * are a time.
 */
public final class Partitions {
  private static final int DAYS_AHEAD = 3;

  /** A node's clock may be behind by so much. */
  private static final int DAYS_BEHIND = 1;

  private static final DateTimeFormatter SUFFIX = DateTimeFormatter.BASIC_ISO_DATE;
  private static final String PREFIX = "jobs_";

  /**
   * Room on every page for all three versions of each row: as submitted, as claimed, as ended. What
   * the claim left behind cannot be counted on: it is not free before every statement has ended
   * that began earlier, and at full load some always run.
   */
  private static final int FILLFACTOR = 32;

  /** The names of all partitions, oldest first. */
  static final String LIST =
      """
      select c.relname
        from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
       where i.inhparent = 'jobs'::regclass
       order by c.relname
      """;

  private final Postgres postgres;

  public Partitions(Postgres postgres) {
    this.postgres = postgres;
  }

  /** Makes the partitions of the days around {@code now} that do not exist yet. */
  public Future<Void> prepare(Instant now) {
    var today = now.atZone(ZoneOffset.UTC).toLocalDate();
    return names()
        .compose(
            known -> {
              Future<Void> made = Future.succeededFuture();
              for (int day = -DAYS_BEHIND; day <= DAYS_AHEAD; day++) {
                var date = today.plusDays(day);
                if (!known.contains(name(date))) {
                  made = made.compose(_ -> create(date));
                }
              }
              return made;
            });
  }

  /**
   * Drops the partitions of days that ended longer ago than {@code age}, unless a job in them is
   * still alive.
   *
   * @return the names of those that were dropped
   */
  public Future<List<String>> drop(Instant now, Duration age) {
    var oldest = now.minus(age).atZone(ZoneOffset.UTC).toLocalDate();
    return names()
        .compose(
            known -> {
              var dropped = new ArrayList<String>();
              Future<Void> chain = Future.succeededFuture();
              for (var name : known) {
                if (day(name).plusDays(1).isBefore(oldest)) {
                  chain = chain.compose(_ -> drop(name, dropped));
                }
              }
              return chain.map(dropped);
            });
  }

  private Future<List<String>> names() {
    return Postgres.during("list partitions", postgres.reads().query(LIST).execute())
        .map(
            rows -> {
              var names = new ArrayList<String>();
              for (Row row : rows) {
                names.add(row.getString(0));
              }
              return names;
            });
  }

  /** Names and bounds come from a date alone, so the statement can be put together. */
  private Future<Void> create(LocalDate day) {
    var sql =
        """
        create table if not exists %s
          partition of jobs for values from ('%s') to ('%s')
          with (fillfactor = %d, autovacuum_vacuum_insert_scale_factor = 1)
        """
            .formatted(name(day), start(day), start(day.plusDays(1)), FILLFACTOR);
    return Postgres.during("create partition", postgres.reads().query(sql).execute())
        .<Void>mapEmpty();
  }

  private Future<Void> drop(String name, List<String> dropped) {
    var alive =
        """
        select exists (
          select from %s
           where state not in ('SUCCEEDED', 'FAILED', 'CANCELLED'))
        """
            .formatted(name);
    return Postgres.during("look for live jobs", postgres.reads().query(alive).execute())
        .compose(
            rows -> {
              if (rows.iterator().next().getBoolean(0)) {
                return Future.<Void>succeededFuture();
              }
              return Postgres.during(
                      "drop partition",
                      postgres.reads().preparedQuery("drop table " + name).execute(Tuple.tuple()))
                  .onSuccess(_ -> dropped.add(name))
                  .<Void>mapEmpty();
            });
  }

  private static String name(LocalDate day) {
    return PREFIX + SUFFIX.format(day);
  }

  private static LocalDate day(String name) {
    return LocalDate.parse(name.substring(PREFIX.length()), SUFFIX);
  }

  private static String start(LocalDate day) {
    return Ids.firstAt(day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli()).toString();
  }
}
