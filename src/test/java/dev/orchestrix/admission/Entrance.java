package dev.orchestrix.admission;

import static dev.orchestrix.testkit.Lab.await;

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
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What admits entries, and limits to admit them under; one tenant is limited from the start. */
final class Entrance {
  private final Lab lab;
  final Tenants tenants;
  final Limits limits;
  final Admission admission;
  final SlotReturns returns;
  final Settlement settlement;
  final Streams streams;
  private int made;

  Entrance(Lab lab) {
    this.lab = lab;
    var rules = Rules.of(lab.vertx(), lab.postgres(), lab.meters());
    tenants = rules.tenants();
    limits = rules.limits();
    limit(2, 5);
    admission = new Admission(lab.redis(), rules, Unlimited.circuits(lab));
    returns = new SlotReturns(lab.vertx(), lab.redis(), lab.postgres(), rules, lab.meters());
    settlement = new Settlement(lab.redis(), rules);
    streams = new Streams(lab.redis(), lab.redis());
    await(streams.prepare());
  }

  Admission.Verdict ask(List<Delivery> deliveries) {
    return await(admission.ask(deliveries, false));
  }

  void type(String type, @Nullable RateLimit rate, @Nullable Integer running) {
    var _ = await(limits.put(new Limit(LimitKind.TYPE, "", type, rate, running, Strategy.QUEUE)));
  }

  void key(String tenant, String name, RateLimit rate) {
    var _ =
        await(limits.put(new Limit(LimitKind.RATE_KEY, tenant, name, rate, null, Strategy.QUEUE)));
  }

  /** As if Redis had known of this bucket for long. */
  void fill(Reason reason) {
    var _ = lab.redis(Command.HSET, Question.bucket(reason), "tokens", 0, "at", 1);
  }

  void count(Reason reason) {
    var _ = lab.redis(Command.HSET, Keys.COUNTED, reason.text(), 1);
  }

  /** Entries on the admitted stream that hold something. */
  List<Delivery> paid(String tenant, String letters, int count) {
    return deliveries(0, tenant, count).stream()
        .map(it -> new Delivery(0, it.position(), Entry.parse(it.entry().value() + "\t" + letters)))
        .toList();
  }

  /** So many entries of the admitted stream, once they are there. */
  List<Delivery> due(int count) {
    var due = new ArrayList<Delivery>();
    Lab.until(
        "entries are due",
        () -> due.addAll(await(streams.take("reader", count, new int[3])).deliveries()));
    return due;
  }

  List<Delivery> marked(String tenant, String type, @Nullable String key, int count) {
    return deliveries(2, tenant, count).stream()
        .map(
            it ->
                new Delivery(it.stream(), it.position(), it.entry().with(new Marks(type, 1, key))))
        .toList();
  }

  Delivery marked(Marks marks) {
    var one = deliveries(2, "default", 1).getFirst();
    return new Delivery(one.stream(), one.position(), one.entry().with(marks));
  }

  static List<Delivery> refused(Admission.Verdict verdict) {
    return verdict.refused().stream().map(Admission.Refused::delivery).toList();
  }

  void limit(double rate, int burst) {
    var _ = await(tenants.put(new Tenant("limited", 1, TenantLimits.of(rate, burst))));
  }

  List<Delivery> deliveries(int stream, String tenant, int count) {
    var deliveries = new ArrayList<Delivery>();
    for (int i = 0; i < count; i++) {
      var entry = new Entry(new UUID(7, made++), 0, tenant, Priority.NORMAL);
      deliveries.add(new Delivery(stream, made + "-1", entry));
    }
    return deliveries;
  }

  boolean exists(String key) {
    return "1".equals(String.valueOf(lab.redis(Command.EXISTS, key)));
  }
}
