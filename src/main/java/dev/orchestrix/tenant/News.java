package dev.orchestrix.tenant;

import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a node's memory of a table up to date: reads what has changed when somebody says so over
 * the bus, and every second, for whoever did not hear it. A row that is to be deleted is marked as
 * gone first and stays for a while ({@link #HEARD}); a node that has not read for long reads
 * everything, and forgets what it does not find.
 */
public final class News {
  private static final Logger LOG = LoggerFactory.getLogger(News.class);
  private static final long POLL_EVERY_MILLIS = 1000;

  /** Who has read less long ago has missed nothing. */
  private static final Duration FRESH = Duration.ofSeconds(5);

  /** A row that has been marked as gone for so long is known to all who read changes alone. */
  public static final Duration HEARD = Duration.ofSeconds(15);

  private static final OffsetDateTime BEGINNING = Instant.EPOCH.atOffset(ZoneOffset.UTC);

  private final Vertx vertx;
  private final Postgres postgres;
  private final String address;
  private final String what;
  private final String sql;
  private final Consumer<Row> keep;
  private final Consumer<RowSet<Row>> forget;
  private final LongSupplier nanos;
  private volatile long readNanos;
  private volatile OffsetDateTime newest = BEGINNING;
  private volatile boolean failing;
  private volatile boolean stopped;

  /**
   * @param address where changes are told
   * @param what the rows are, for the log
   * @param sql answers what has changed since $1, with its {@code updated_at}
   * @param keep gets each row; an older one may come after a newer one
   * @param forget gets all rows there are, after {@code keep}: what is not among them is gone
   */
  public News(
      Vertx vertx,
      Postgres postgres,
      String address,
      String what,
      String sql,
      Consumer<Row> keep,
      Consumer<RowSet<Row>> forget) {
    this(vertx, postgres, address, what, sql, keep, forget, System::nanoTime);
  }

  News(
      Vertx vertx,
      Postgres postgres,
      String address,
      String what,
      String sql,
      Consumer<Row> keep,
      Consumer<RowSet<Row>> forget,
      LongSupplier nanos) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.address = address;
    this.what = what;
    this.sql = sql;
    this.keep = keep;
    this.forget = forget;
    this.nanos = nanos;
    this.readNanos = nanos.getAsLong() - FRESH.toNanos();
  }

  /** Reads everything, and what changes from then on. */
  public Future<Void> start() {
    var consumer = vertx.eventBus().<String>consumer(address);
    consumer.handler(_ -> poll().onFailure(e -> LOG.warn("{} have changed; read later", what, e)));
    return consumer.completion().compose(_ -> poll()).onSuccess(_ -> pollLater());
  }

  /** Asks Postgres no more. */
  public void stop() {
    stopped = true;
  }

  /** Has all nodes read what was changed. */
  public void tell(String name) {
    vertx.eventBus().publish(address, name);
  }

  /** Re-armed after the answer, so that a slow Postgres is asked less often. */
  private void pollLater() {
    if (!stopped) {
      vertx.setTimer(POLL_EVERY_MILLIS, _ -> poll().onComplete(_ -> pollLater()));
    }
  }

  private Future<Void> poll() {
    long asked = nanos.getAsLong();
    boolean all = asked - readNanos >= FRESH.toNanos();
    var since = all ? BEGINNING : newest;
    return Postgres.during(
            "read changed " + what, postgres.reads().preparedQuery(sql).execute(Tuple.of(since)))
        .onSuccess(
            rows -> {
              read(rows);
              if (all) {
                forget.accept(rows);
              }
              readNanos = asked;
            })
        .onFailure(this::warnOnce)
        .mapEmpty();
  }

  private void read(RowSet<Row> rows) {
    for (var row : rows) {
      keep.accept(row);
      var changed = row.getOffsetDateTime("updated_at");
      newest = changed.isAfter(newest) ? changed : newest;
    }
    failing = false;
  }

  private void warnOnce(Throwable failure) {
    if (!failing && !stopped) {
      LOG.warn("{} cannot be read; those known before stay in force", what, failure);
    }
    failing = true;
  }
}
