package dev.orchestrix.admission;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Script;
import dev.orchestrix.store.Batcher;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import dev.orchestrix.tenant.Rules;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the slots of jobs that do not run any more. What is not given back, because Redis was
 * away, is found when slots are counted.
 */
public final class SlotReturns {
  private static final Logger LOG = LoggerFactory.getLogger(SlotReturns.class);

  private final RedisLink redis;
  private final Postgres postgres;
  private final Needs needs;
  private final Batcher<Leaving, @Nullable Void> lane;

  private record Leaving(String holder, List<Need.Slots> slots) {}

  public SlotReturns(Vertx vertx, RedisLink redis, Postgres postgres, Rules rules, Meters meters) {
    this.redis = redis;
    this.postgres = postgres;
    this.needs = new Needs(rules);
    this.lane = new Batcher<>(vertx, new Batcher.Lane("slots", 1, 500), meters, this::leave);
  }

  /** A job that ran from this entry runs no more: it has left its slots, if it had any. */
  public void left(Entry entry, String type) {
    var slots = needs.slots(entry.tenant(), type);
    if (!slots.isEmpty()) {
      add(entry, slots);
    }
  }

  /**
   * Nobody could claim the job of these entries. Where it runs by another entry that says the same,
   * it keeps its slots.
   */
  public void unclaimed(List<Entry> entries) {
    var holding = new HashMap<UUID, Entry>();
    for (var entry : entries) {
      if (!slots(entry).isEmpty()) {
        holding.put(entry.id(), entry);
      }
    }
    if (holding.isEmpty()) {
      return;
    }
    var ids = holding.keySet().toArray(UUID[]::new);
    Postgres.during(
            "see what runs",
            postgres
                .reads()
                .preparedQuery(SlotSql.RUN)
                .execute(Tuple.of(ids, Rows.lowest(ids), Rows.highest(ids))))
        .onSuccess(
            rows -> {
              rows.forEach(row -> holding.remove(row.getUUID(0)));
              holding.values().forEach(entry -> add(entry, slots(entry)));
            })
        .onFailure(e -> LOG.warn("{} slots are kept until they are counted", ids.length, e));
  }

  private List<Need.Slots> slots(Entry entry) {
    var marks = entry.marks();
    return needs.slots(entry.tenant(), marks == null ? null : marks.type());
  }

  private void add(Entry entry, List<Need.Slots> slots) {
    lane.add(new Leaving(entry.holder(), slots))
        .onFailure(e -> LOG.warn("job={} keeps its slot until it is counted", entry.id(), e));
  }

  /** Calls whoever waits for a slot that is free. */
  Future<Void> call(List<Need.Slots> slots) {
    var nobodyLeaves = new LinkedHashMap<Need.Slots, List<String>>();
    slots.forEach(one -> nobodyLeaves.put(one, List.of()));
    return nobodyLeaves.isEmpty() ? Future.succeededFuture() : leave(nobodyLeaves);
  }

  private Future<List<@Nullable Void>> leave(List<Leaving> all) {
    var leaving = new LinkedHashMap<Need.Slots, List<String>>();
    for (var one : all) {
      for (var slots : one.slots) {
        leaving.computeIfAbsent(slots, _ -> new ArrayList<>()).add(one.holder);
      }
    }
    return leave(leaving).map(_ -> Collections.nCopies(all.size(), null));
  }

  private Future<Void> leave(Map<Need.Slots, List<String>> leaving) {
    var keys = new ArrayList<>(List.of(Keys.ADMITTED, Keys.WAITING, Keys.COUNTED));
    var arguments = new ArrayList<>(List.of(Integer.toString(leaving.size())));
    leaving.forEach(
        (slots, jobs) -> {
          keys.add(Keys.slots(slots.reason()));
          keys.add(Keys.waiting(slots.reason()));
          arguments.add(String.valueOf(slots.letter()));
          arguments.add(slots.reason().text());
          arguments.add(Integer.toString(slots.slots()));
          arguments.add(Integer.toString(jobs.size()));
          arguments.addAll(jobs);
        });
    return redis.run(Script.LEAVE, keys, arguments).mapEmpty();
  }
}
