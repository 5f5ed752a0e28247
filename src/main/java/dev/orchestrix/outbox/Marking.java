package dev.orchestrix.outbox;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Marks;
import dev.orchestrix.circuit.Circuit;
import dev.orchestrix.circuit.Circuits;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import dev.orchestrix.tenant.Limits;
import dev.orchestrix.tenant.Pauses;
import dev.orchestrix.tenant.Rules;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Gives entries the marks that limits of types and rate keys ask for, pauses of types and their
 * circuits. As long as there are none, no entry has any, and nobody is asked.
 */
public final class Marking {
  private final Postgres postgres;
  private final Limits limits;
  private final Pauses pauses;
  private final Circuits circuits;

  public Marking(Postgres postgres, Rules rules, Circuits circuits) {
    this.postgres = postgres;
    this.limits = rules.limits();
    this.pauses = rules.pauses();
    this.circuits = circuits;
  }

  /** The entry of a job that was just written. */
  public Entry entry(NewJob job) {
    var entry = new Entry(job.id(), 0, job.tenant(), job.priority());
    var throttle = job.throttle();
    boolean asked =
        limits.concern(job.type())
            || pauses.type(job.type())
            || circuits.find(Circuit.ofType(job.type())).isPresent()
            || (throttle.rateKey() != null && limits.ofRates());
    return asked ? entry.with(new Marks(job.type(), throttle.cost(), throttle.rateKey())) : entry;
  }

  /** The same entries, with what their jobs say; fails when Postgres does not answer. */
  Future<List<Entry>> mark(List<Entry> entries) {
    var types = types();
    if (entries.isEmpty() || (types.isEmpty() && !limits.ofRates())) {
      return Future.succeededFuture(entries);
    }
    var ids = Rows.column(entries, UUID[]::new, Entry::id);
    var parameters =
        Tuple.of(ids, Rows.lowest(ids), Rows.highest(ids))
            .addArrayOfString(types.toArray(String[]::new))
            .addBoolean(limits.ofRates());
    return Postgres.during(
            "read what limits ask for",
            postgres.reads().preparedQuery(HeldSql.MARKS).execute(parameters))
        .map(
            rows -> {
              var marks = new HashMap<UUID, Marks>();
              rows.forEach(row -> marks.put(row.getUUID(0), marks(row)));
              return entries.stream().map(it -> marked(it, marks)).toList();
            });
  }

  private Set<String> types() {
    if (!limits.ofTypes() && pauses.none() && circuits.none()) {
      return Set.of();
    }
    var types = new HashSet<>(limits.concerned());
    types.addAll(pauses.types());
    types.addAll(circuits.types());
    return types;
  }

  private static Entry marked(Entry entry, Map<UUID, Marks> marks) {
    var found = marks.get(entry.id());
    return found == null ? entry : entry.with(found);
  }

  private static Marks marks(Row row) {
    var cost = row.getShort(2);
    return new Marks(row.getString(1), cost == null ? 1 : cost, row.getString(3));
  }
}
