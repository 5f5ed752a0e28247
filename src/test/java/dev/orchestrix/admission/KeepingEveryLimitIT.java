package dev.orchestrix.admission;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Marks;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.limit.LimitKind;
import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.core.limit.Strategy;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.tenant.Limit;
import dev.orchestrix.tenant.Limits;
import dev.orchestrix.tenant.Rules;
import dev.orchestrix.tenant.Tenant;
import dev.orchestrix.tenant.TenantLimits;
import dev.orchestrix.tenant.Tenants;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Unlimited;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Entries under several limits at once, some of them under the same. A dispatcher's and an
 * executor's part are played here; time is that of Redis.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class KeepingEveryLimitIT {
  private static final List<String> TENANTS = List.of("a", "b");
  private static final List<String> TYPES = List.of("x", "y");
  private static final RateLimit TENANT_RATE = new RateLimit(150, 5);
  private static final RateLimit TYPE_RATE = new RateLimit(120, 3);
  private static final RateLimit KEY_RATE = new RateLimit(90, 1);
  private static final int TENANT_SLOTS = 4;
  private static final int TYPE_SLOTS = 3;

  @RegisterExtension static final Lab LAB = new Lab();

  /** One start, as Redis saw it: no earlier than it was admitted. */
  private record Start(Entry entry, long micros) {}

  private final Random random = new Random(4711);
  private final List<Start> starts = new ArrayList<>();
  private final Map<UUID, Entry> running = new HashMap<>();
  private final Set<UUID> began = new HashSet<>();
  private final List<Entry> refused = new ArrayList<>();
  private int made;

  @Test
  void no_rate_is_exceeded_in_any_window_and_no_slot_is_held_twice_and_all_begin() {
    var rules = Rules.of(LAB.vertx(), LAB.postgres(), LAB.meters());
    limit(rules.tenants(), rules.limits());
    var admission = new Admission(LAB.redis(), rules, Unlimited.circuits(LAB));
    var returns = new SlotReturns(LAB.vertx(), LAB.redis(), LAB.postgres(), rules, LAB.meters());
    var streams = new Streams(LAB.redis(), LAB.redis());
    await(streams.prepare());

    int wanted = 600;
    while (began.size() < wanted) {
      if (made < wanted && refused.size() < 50) {
        ask(admission, fresh(1 + random.nextInt(20)));
      }
      var due = await(streams.take("reader", 50, new int[3])).deliveries();
      ask(admission, due);
      await(streams.acknowledge(due));
      leave(returns);
      var again = List.copyOf(refused);
      refused.clear();
      ask(admission, again.stream().map(it -> new Delivery(2, "1-1", it)).toList());
    }

    assertThat(worst(it -> it.tenant().equals("a"), TENANT_RATE)).isNegative();
    assertThat(worst(it -> it.tenant().equals("b"), TENANT_RATE)).isNegative();
    for (var type : TYPES) {
      assertThat(worst(it -> marks(it).type().equals(type), TYPE_RATE)).isNegative();
    }
    assertThat(worst(it -> it.tenant().equals("a") && marks(it).rateKey() != null, KEY_RATE))
        .isNegative();
  }

  private void ask(Admission admission, List<Delivery> deliveries) {
    if (deliveries.isEmpty()) {
      return;
    }
    var verdict = await(admission.ask(deliveries, false));
    for (var delivery : verdict.admitted()) {
      long now = countedAt(delivery.entry().tenant());
      assertThat(began.add(delivery.entry().id())).as("begins once").isTrue();
      starts.add(new Start(delivery.entry(), now));
      running.put(delivery.entry().id(), delivery.entry());
    }
    verdict.refused().forEach(one -> refused.add(plain(one.delivery().entry())));
    for (var tenant : TENANTS) {
      assertThat(running.values().stream().filter(it -> it.tenant().equals(tenant)).count())
          .isLessThanOrEqualTo(TENANT_SLOTS);
    }
    for (var type : TYPES) {
      assertThat(running.values().stream().filter(it -> marks(it).type().equals(type)).count())
          .isLessThanOrEqualTo(TYPE_SLOTS);
    }
  }

  /** Some of those that run have ended. */
  private void leave(SlotReturns returns) {
    for (var entry : List.copyOf(running.values())) {
      if (random.nextInt(3) == 0) {
        running.remove(entry.id());
        returns.left(entry, marks(entry).type());
      }
    }
  }

  private List<Delivery> fresh(int count) {
    var entries = new ArrayList<Delivery>();
    for (int i = 0; i < count; i++) {
      var key = random.nextInt(4) == 0 ? "k" : null;
      var type = TYPES.get(random.nextInt(TYPES.size()));
      var tenant = TENANTS.get(random.nextInt(TENANTS.size()));
      var entry = new Entry(new UUID(7, made++), 0, tenant, Priority.NORMAL);
      entries.add(new Delivery(2, "1-1", entry.with(new Marks(type, 1, key))));
    }
    return entries;
  }

  /**
   * By how many tokens the worst window is above what it may have; below zero when none is. Starts
   * are counted in whole milliseconds, and may come some of them early: for that one token is
   * allowed.
   */
  private double worst(Predicate<Entry> of, RateLimit limit) {
    var times =
        starts.stream().filter(it -> of.test(it.entry())).mapToLong(Start::micros).toArray();
    double worst = Double.NEGATIVE_INFINITY;
    for (int from = 0; from < times.length; from++) {
      for (int to = from; to < times.length; to++) {
        double seconds = (times[to] - times[from]) / 1e6;
        double allowed = limit.burst() + limit.rate() * seconds + 1;
        worst = Math.max(worst, to - from + 1 - allowed - 1e-6);
      }
    }
    return worst;
  }

  private static void limit(Tenants tenants, Limits limits) {
    for (var tenant : TENANTS) {
      var own = new TenantLimits(TENANT_RATE, TENANT_SLOTS);
      var _ = await(tenants.put(new Tenant(tenant, 1, own)));
      count(new Reason.TenantSlots(tenant));
      var ofKey = new Limit(LimitKind.RATE_KEY, tenant, "*", KEY_RATE, null, Strategy.QUEUE);
      var _ = await(limits.put(ofKey));
    }
    for (var type : TYPES) {
      var ofType = new Limit(LimitKind.TYPE, "", type, TYPE_RATE, TYPE_SLOTS, Strategy.QUEUE);
      var _ = await(limits.put(ofType));
      count(new Reason.TypeSlots(type));
    }
  }

  private static void count(Reason reason) {
    var _ = LAB.redis(Command.HSET, Keys.COUNTED, reason.text(), 1);
  }

  private static Entry plain(Entry entry) {
    return new Entry(
        entry.id(), entry.attempt(), entry.tenant(), entry.priority(), entry.marks(), "");
  }

  private static Marks marks(Entry entry) {
    var marks = entry.marks();
    if (marks == null) {
      throw new AssertionError(entry.toString());
    }
    return marks;
  }

  /** When Redis asked the tenant's bucket for it, in microseconds. */
  private static long countedAt(String tenant) {
    var at = LAB.redis(Command.HGET, Keys.bucket(tenant), "at");
    return Long.parseLong(String.valueOf(at)) * 1000;
  }
}
