package dev.orchestrix.circuit;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.orchestrix.bus.Addresses;
import dev.orchestrix.config.Settings;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.tenant.News;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The circuits that are not closed, kept in memory. A change is told to all nodes at once over the
 * bus; a node that misses it finds it within a second, as it asks Postgres that often.
 *
 * <p>Futures fail with {@link dev.orchestrix.core.failure.EngineException}: nothing was changed
 * then, unless the answer was lost on the way.
 */
public final class Circuits {
  private static final Logger LOG = LoggerFactory.getLogger(Circuits.class);

  /** Nearly over is over: the clocks of nodes are not asked for more than that. */
  private static final long EARLY_NANOS = Duration.ofMillis(100).toNanos();

  /** An older row may still be on its way for as long as this. */
  private static final Duration CLOSED_KEPT = Duration.ofMinutes(1);

  private final Postgres postgres;
  private final Meters meters;
  private final Settings.Circuit settings;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /** Those of {@link #known} that are not closed: nearly always none. */
  private final Map<String, Known> special = new ConcurrentHashMap<>();

  private final List<Consumer<String>> onClosed = new CopyOnWriteArrayList<>();
  private final News news;

  /** How a job may start. */
  public enum Entry {
    /** Nothing keeps it, and how it ends is measured. */
    FREE,
    /** It is to find out whether the circuit can be closed. */
    PROBE,
    /** It must wait. */
    NONE
  }

  /**
   * @param endsNanos when its time is over, by this process's own clock, or null
   */
  private record Known(Circuit circuit, @Nullable Long endsNanos) {
    boolean over() {
      return endsNanos != null && endsNanos - System.nanoTime() < EARLY_NANOS;
    }
  }

  public Circuits(Vertx vertx, Postgres postgres, Meters meters, Settings.Circuit settings) {
    this.postgres = postgres;
    this.meters = meters;
    this.settings = settings;
    this.news =
        new News(
            vertx,
            postgres,
            Addresses.CIRCUITS,
            "circuits",
            CircuitSql.CHANGED,
            this::keep,
            _ -> {});
  }

  /** Reads all circuits and listens for changes from then on. */
  public Future<Void> start() {
    return news.start();
  }

  /** Asks Postgres no more. */
  public void stop() {
    news.stop();
  }

  /** Has all nodes read what was changed in Postgres. */
  public void changed() {
    news.tell("");
  }

  /** Calls back, from any thread, when a circuit was closed: what was measured before is over. */
  void onClosed(Consumer<String> reset) {
    onClosed.add(reset);
  }

  /** Whether all circuits are closed and nobody has overridden one, as far as this node knows. */
  public boolean none() {
    return special.isEmpty();
  }

  /** What a circuit is, from memory; nothing when it is closed. */
  public Optional<Circuit> find(String name) {
    return special.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(special.get(name)).map(Known::circuit);
  }

  /** Whether no job may start under a circuit for some time, from memory. */
  public boolean refuses(String name) {
    var found = special.isEmpty() ? null : special.get(name);
    return found != null
        && switch (found.circuit.state()) {
          case FORCED_OPEN -> true;
          case OPEN -> !found.over();
          case HALF_OPEN, CLOSED, FORCED_CLOSED -> false;
        };
  }

  /** Whether jobs that wait for a circuit have to go on waiting, from memory. */
  public boolean holds(String name) {
    return find(name)
        .map(
            it ->
                switch (it.state()) {
                  case OPEN, HALF_OPEN, FORCED_OPEN -> true;
                  case CLOSED, FORCED_CLOSED -> false;
                })
        .orElse(false);
  }

  /** Types whose circuit is not closed at this moment. */
  public List<String> types() {
    return special.isEmpty()
        ? List.of()
        : special.values().stream()
            .map(it -> it.circuit.type())
            .filter(Objects::nonNull)
            .map(Objects::requireNonNull)
            .toList();
  }

  /**
   * Whether a job may start now. Postgres is asked only where memory may be behind: when the
   * circuit is half open, or its wait is over.
   */
  public Future<Entry> enter(String name, UUID job) {
    var found = special.get(name);
    if (found == null || found.circuit.state() == CircuitState.FORCED_CLOSED) {
      return Future.succeededFuture(Entry.FREE);
    }
    if (refuses(name)) {
      return Future.succeededFuture(Entry.NONE);
    }
    var patience = settings.probeTimeout().toMillis();
    return query("enter a circuit", CircuitSql.ENTER, Tuple.of(name, job, patience))
        .map(
            rows -> {
              var row = rows.iterator().next();
              if (row.getBoolean("probe")) {
                changed();
                return Entry.PROBE;
              }
              return row.getBoolean("free") ? Entry.FREE : Entry.NONE;
            });
  }

  /** Opens a circuit, unless it is open or overridden already. */
  Future<Void> open(String name, String why) {
    return change(
        "open a circuit", CircuitSql.OPEN, Tuple.of(name, settings.firstWait().toMillis(), why));
  }

  /** A probe has ended well. */
  Future<Void> passed(String name, UUID probe) {
    return change("close a circuit", CircuitSql.PASSED, Tuple.of(name, probe));
  }

  /** A probe has failed. */
  Future<Void> failed(String name, UUID probe, String why) {
    var waits =
        Tuple.of(
            name,
            probe,
            settings.firstWait().toMillis(),
            settings.longestWait().toMillis(),
            "the probe failed: " + why);
    return change("open a circuit again", CircuitSql.FAILED, waits);
  }

  /** A probe has ended without saying anything. */
  Future<Void> saidNothing(String name, UUID probe) {
    return change("ask for another probe", CircuitSql.SAID_NOTHING, Tuple.of(name, probe));
  }

  /** Closes what was overridden until now. */
  public Future<Void> expire() {
    return change("end overrides of circuits", CircuitSql.EXPIRE, Tuple.tuple());
  }

  /** Forgets what has been closed for long. */
  public Future<Void> sweep() {
    return query("forget circuits", CircuitSql.SWEEP, Tuple.tuple()).mapEmpty();
  }

  /** Circuits as they are in Postgres, by name, behind that one. */
  public Future<List<Circuit>> list(String after, int most) {
    return query("list circuits", CircuitSql.LIST, Tuple.of(after, most))
        .map(rows -> keep(rows).stream().map(Known::circuit).toList());
  }

  /**
   * Sets a circuit by hand.
   *
   * @param state one of the forced ones, or closed to have it measured from anew
   * @param until when the override ends, or null for never
   * @return as it was written; other nodes know it within a second
   */
  public Future<Circuit> override(
      String name,
      CircuitState state,
      @Nullable String by,
      @Nullable String why,
      @Nullable Instant until) {
    var values =
        Tuple.of(name, state.label(), by, why)
            .addOffsetDateTime(until == null ? null : until.atOffset(ZoneOffset.UTC));
    return query("override a circuit", CircuitSql.OVERRIDE, values)
        .map(rows -> keep(rows).getFirst().circuit)
        .onSuccess(this::moved);
  }

  private Future<Void> change(String operation, String sql, Tuple values) {
    return query(operation, sql, values)
        .onSuccess(rows -> keep(rows).forEach(it -> moved(it.circuit)))
        .mapEmpty();
  }

  /** By this node: the others hear of it, and count nothing. */
  private void moved(Circuit circuit) {
    meters.circuitMoved(circuit.state().label());
    LOG.atInfo()
        .addKeyValue("circuit", circuit.name())
        .addKeyValue("state", circuit.state().label())
        .log("until={} why={}", circuit.until(), circuit.why());
    changed();
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
    var circuit = circuit(row);
    var left = row.getLong("left_ms");
    var read =
        new Known(
            circuit,
            left == null ? null : (Long) (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(left)));
    var name = circuit.name();
    known.compute(
        name,
        (_, before) -> {
          boolean late = before != null && circuit.updatedAt().isBefore(before.circuit.updatedAt());
          if (late) {
            return before;
          }
          note(before, read);
          return read;
        });
    known
        .values()
        .removeIf(
            it ->
                it.circuit.state() == CircuitState.CLOSED
                    && it.circuit.updatedAt().isBefore(circuit.updatedAt().minus(CLOSED_KEPT)));
    return read;
  }

  private void note(@Nullable Known before, Known now) {
    var name = now.circuit.name();
    meters.circuit(name, now.circuit.state().level());
    if (now.circuit.state() != CircuitState.CLOSED) {
      special.put(name, now);
      return;
    }
    special.remove(name);
    if (before == null || !before.circuit.updatedAt().equals(now.circuit.updatedAt())) {
      onClosed.forEach(it -> it.accept(name));
    }
  }

  private static Circuit circuit(Row row) {
    return new Circuit(
        row.getString("name"),
        CircuitState.ofLabel(row.getString("state")),
        instant(row.getOffsetDateTime("opened_at")),
        instant(row.getOffsetDateTime("until")),
        row.getInteger("openings"),
        Set.of(row.getArrayOfUUIDs("probes")),
        row.getString("by_whom"),
        row.getString("why"),
        row.getOffsetDateTime("updated_at").toInstant());
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
