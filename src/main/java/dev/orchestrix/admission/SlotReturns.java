package dev.orchestrix.admission;

import dev.orchestrix.metrics.Meters;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Script;
import dev.orchestrix.store.Batcher;
import dev.orchestrix.tenant.Limits;
import dev.orchestrix.tenant.Tenants;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
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
  private final Needs needs;
  private final Batcher<Leaving, @Nullable Void> lane;

  private record Leaving(UUID job, List<Need.Slots> slots) {}

  public SlotReturns(Vertx vertx, RedisLink redis, Tenants tenants, Limits limits, Meters meters) {
    this.redis = redis;
    this.needs = new Needs(tenants, limits);
    this.lane = new Batcher<>(vertx, new Batcher.Lane("slots", 1, 500), meters, this::leave);
  }

  /**
   * A job has left its slots, if it had any.
   *
   * @param type null when it is not known: then nothing limits it
   */
  public void left(UUID job, String tenant, @Nullable String type) {
    var slots = needs.slots(tenant, type);
    if (!slots.isEmpty()) {
      lane.add(new Leaving(job, slots))
          .onFailure(e -> LOG.warn("job={} keeps its slot until slots are counted", job, e));
    }
  }

  /** Calls whoever waits for a slot that is free. */
  Future<Void> call(Need.Slots slots) {
    return leave(Map.of(slots, List.of()));
  }

  private Future<List<@Nullable Void>> leave(List<Leaving> all) {
    var leaving = new LinkedHashMap<Need.Slots, List<UUID>>();
    for (var one : all) {
      for (var slots : one.slots) {
        leaving.computeIfAbsent(slots, _ -> new ArrayList<>()).add(one.job);
      }
    }
    return leave(leaving).map(_ -> Collections.nCopies(all.size(), null));
  }

  private Future<Void> leave(Map<Need.Slots, List<UUID>> leaving) {
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
          jobs.forEach(job -> arguments.add(job.toString()));
        });
    return redis.run(Script.LEAVE, keys, arguments).mapEmpty();
  }
}
