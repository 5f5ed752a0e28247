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
import dev.orchestrix.tenant.Tenant;
import dev.orchestrix.tenant.TenantLimits;
import dev.orchestrix.tenant.Tenants;
import dev.orchestrix.testkit.Lab;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AdmittingEntriesIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private Tenants tenants;
  private Limits limits;
  private SlotReturns returns;
  private Streams streams;
  private Admission admission;
  private int made;

  @BeforeEach
  void limit_one_tenant() {
    tenants = new Tenants(LAB.vertx(), LAB.postgres());
    limit(2, 5);
    limits = new Limits(LAB.vertx(), LAB.postgres());
    admission = new Admission(LAB.redis(), tenants, limits);
    returns = new SlotReturns(LAB.vertx(), LAB.redis(), tenants, limits, LAB.meters());
    streams = new Streams(LAB.redis(), LAB.redis());
    await(streams.prepare());
  }

  @Test
  void a_tenant_without_limits_starts_everything() {
    var deliveries = deliveries(2, "default", 100);

    var verdict = await(admission.ask(deliveries));

    assertThat(verdict).isEqualTo(new Admission.Verdict(deliveries, List.of(), List.of()));
    assertThat(exists(Keys.bucket("default"))).isFalse();
  }

  @Test
  void what_waited_for_its_token_does_not_ask_again() {
    var deliveries = deliveries(0, "limited", 100);

    assertThat(await(admission.ask(deliveries)).admitted()).isEqualTo(deliveries);
    assertThat(exists(Keys.bucket("limited"))).isFalse();
  }

  @Test
  void a_limited_tenant_parks_what_is_due_soon_and_gives_back_the_rest() {
    var limited = deliveries(2, "limited", 6);

    var verdict = await(admission.ask(limited));

    assertThat(verdict.admitted()).isEmpty();
    assertThat(verdict.parked()).isEqualTo(limited.subList(0, 4));
    assertThat(refused(verdict)).isEqualTo(limited.subList(4, 6));
  }

  @Test
  void every_entry_of_a_mixed_batch_gets_its_own_verdict() {
    var limited = deliveries(2, "limited", 3);
    var free = deliveries(1, "default", 3);
    var waited = deliveries(0, "limited", 3);
    var mixed = new ArrayList<Delivery>();
    for (int i = 0; i < 3; i++) {
      mixed.addAll(List.of(limited.get(i), free.get(i), waited.get(i)));
    }

    var verdict = await(admission.ask(mixed));

    assertThat(verdict.parked()).isEqualTo(limited);
    assertThat(verdict.refused()).isEmpty();
    assertThat(verdict.admitted()).hasSize(6).containsAll(free).containsAll(waited);
  }

  @Test
  void tokens_that_have_come_are_used_at_once() {
    var _ = LAB.redis(Command.HSET, Keys.bucket("limited"), "tokens", 0, "at", 1);
    var limited = deliveries(2, "limited", 7);

    var verdict = await(admission.ask(limited));

    assertThat(verdict.admitted()).isEqualTo(limited.subList(0, 5));
    assertThat(verdict.parked()).isEqualTo(limited.subList(5, 7));
  }

  @Test
  void a_tenant_that_is_stopped_starts_nothing_though_its_entries_hold_tokens() {
    limit(0, 5);
    var held = deliveries(0, "limited", 2);
    var fresh = deliveries(2, "limited", 2);
    var free = deliveries(2, "default", 2);
    var mixed = new ArrayList<>(held);
    mixed.addAll(fresh);
    mixed.addAll(free);

    var verdict = await(admission.ask(mixed));

    assertThat(verdict.admitted()).isEqualTo(free);
    assertThat(verdict.parked()).isEmpty();
    assertThat(refused(verdict)).hasSize(4).containsAll(held).containsAll(fresh);
  }

  @Test
  void a_tenant_that_was_stopped_starts_again_when_its_limit_is_raised() {
    limit(0, 5);
    assertThat(await(admission.ask(deliveries(2, "limited", 2))).refused()).hasSize(2);

    limit(2, 5);

    var again = deliveries(2, "limited", 2);
    assertThat(await(admission.ask(again)).refused()).isEmpty();
  }

  @Test
  void a_type_is_limited_whoever_submits_it() {
    type("email", new RateLimit(2, 5), null);
    var marked = new ArrayList<>(marked("default", "email", null, 3));
    marked.addAll(marked("other", "email", null, 3));

    var verdict = await(admission.ask(marked));

    assertThat(verdict.admitted()).isEmpty();
    assertThat(verdict.parked()).isEqualTo(marked.subList(0, 4));
    assertThat(verdict.refused())
        .extracting(Admission.Refused::reason)
        .containsOnly(new Reason.TypeRate("email"));
  }

  @Test
  void a_rate_key_is_limited_for_each_tenant_and_each_key_of_a_group() {
    key("default", "user:*", new RateLimit(1, 1));
    var one = marked("default", "email", "user:1", 3);
    var other = marked("default", "email", "user:2", 2);
    var foreign = marked("other", "email", "user:1", 2);
    var all = new ArrayList<>(one);
    all.addAll(other);
    all.addAll(foreign);

    var verdict = await(admission.ask(all));

    assertThat(verdict.parked()).hasSize(4).containsAll(one.subList(0, 2)).containsAll(other);
    assertThat(verdict.admitted()).isEqualTo(foreign);
    assertThat(verdict.refused())
        .containsExactly(
            new Admission.Refused(one.get(2), new Reason.KeyRate("default", "user:1")));
  }

  @Test
  void a_start_that_costs_more_takes_more_tokens() {
    type("email", new RateLimit(10, 10), null);
    fill(new Reason.TypeRate("email"));

    var dear = List.of(marked(new Marks("email", 7, null)), marked(new Marks("email", 7, null)));
    var verdict = await(admission.ask(dear));

    assertThat(verdict.admitted()).isEqualTo(dear.subList(0, 1));
    assertThat(verdict.parked()).isEqualTo(dear.subList(1, 2));
  }

  @Test
  void what_lacks_one_thing_takes_nothing_of_the_others() {
    type("email", new RateLimit(0, 1), null);
    fill(new Reason.TenantRate("limited"));

    var verdict = await(admission.ask(marked("limited", "email", null, 3)));

    assertThat(verdict.refused())
        .extracting(Admission.Refused::reason)
        .containsOnly(new Reason.TypeRate("email"));
    assertThat(await(admission.ask(deliveries(2, "limited", 5))).admitted()).hasSize(5);
  }

  @Test
  void what_had_to_wait_for_one_thing_asks_for_the_others_when_that_is_due() {
    type("email", new RateLimit(20, 1), null);
    fill(new Reason.TenantRate("limited"));
    var waiting = marked("limited", "email", null, 1);
    assertThat(await(admission.ask(waiting)).parked()).isEqualTo(waiting);
    assertThat(await(admission.ask(deliveries(2, "limited", 5))).admitted()).hasSize(5);

    var due = due(1);

    assertThat(due.getFirst().entry().paid()).isEqualTo("y");
    assertThat(await(admission.ask(due)).parked()).isEqualTo(due);
    assertThat(late(new Reason.TypeRate("email"))).isEqualTo(1_000_000);

    var again = due(1);
    assertThat(again.getFirst().entry().paid()).isEqualTo("yt");
    assertThat(await(admission.ask(again)).admitted()).isEqualTo(again);
  }

  @Test
  void only_so_many_of_a_type_run_at_once_and_the_next_is_called_when_one_leaves() {
    type("email", null, 2);
    count(new Reason.TypeSlots("email"));
    var all = marked("default", "email", null, 4);

    var verdict = await(admission.ask(all));
    assertThat(verdict.admitted()).isEqualTo(all.subList(0, 2));
    assertThat(verdict.parked()).isEqualTo(all.subList(2, 4));
    assertThat(await(streams.drained())).isFalse();

    returns.left(all.getFirst().entry().id(), "default", "email");

    var called = due(1);
    assertThat(called.getFirst().entry().id()).isEqualTo(all.get(2).entry().id());
    assertThat(await(admission.ask(called)).admitted()).isEqualTo(called);
    assertThat(await(admission.ask(marked("default", "email", null, 1))).admitted()).isEmpty();
  }

  @Test
  void slots_that_nobody_has_counted_are_given_to_nobody() {
    type("email", null, 2);
    var all = marked("default", "email", null, 100);

    var verdict = await(admission.ask(all));

    assertThat(verdict.admitted()).isEmpty();
    assertThat(verdict.parked()).hasSize(32);
    assertThat(verdict.refused())
        .extracting(Admission.Refused::reason)
        .containsOnly(new Reason.TypeSlots("email"))
        .hasSize(68);
  }

  @Test
  void whoever_cannot_go_on_gives_its_slot_to_the_next() {
    var _ =
        await(tenants.put(new Tenant("limited", 1, new TenantLimits(new RateLimit(0.001, 1), 1))));
    count(new Reason.TenantSlots("limited"));
    fill(new Reason.TenantRate("limited"));
    var first = deliveries(2, "limited", 1);
    assertThat(await(admission.ask(first)).admitted()).isEqualTo(first);
    var others = deliveries(2, "limited", 4);
    assertThat(await(admission.ask(others)).parked()).isEqualTo(others);

    returns.left(first.getFirst().entry().id(), "limited", null);
    var second = due(1);
    assertThat(await(admission.ask(second)).parked()).isEqualTo(second);

    var _ = LAB.redis(Command.HSET, Keys.bucket("limited"), "tokens", -3_000_000);
    returns.left(second.getFirst().entry().id(), "limited", null);
    var third = due(1);
    assertThat(await(admission.ask(third)).refused())
        .extracting(Admission.Refused::reason)
        .containsOnly(new Reason.TenantRate("limited"));
    assertThat(due(1).getFirst().entry().id()).isEqualTo(others.get(2).entry().id());
  }

  private void type(String type, @Nullable RateLimit rate, @Nullable Integer running) {
    var _ = await(limits.put(new Limit(LimitKind.TYPE, "", type, rate, running, Strategy.QUEUE)));
  }

  private void key(String tenant, String name, RateLimit rate) {
    var _ =
        await(limits.put(new Limit(LimitKind.RATE_KEY, tenant, name, rate, null, Strategy.QUEUE)));
  }

  /** As if Redis had known of this bucket for long. */
  private static void fill(Reason reason) {
    var _ = LAB.redis(Command.HSET, Question.bucket(reason), "tokens", 0, "at", 1);
  }

  private static void count(Reason reason) {
    var _ = LAB.redis(Command.HSET, Keys.COUNTED, reason.text(), 1);
  }

  private static long late(Reason reason) {
    var late = LAB.redis(Command.HGET, Question.bucket(reason), "late");
    return Long.parseLong(String.valueOf(late));
  }

  /** So many entries of the admitted stream, once they are there. */
  private List<Delivery> due(int count) {
    var due = new ArrayList<Delivery>();
    Lab.until(
        "entries are due",
        () -> due.addAll(await(streams.take("reader", count, new int[3])).deliveries()));
    return due;
  }

  private List<Delivery> marked(String tenant, String type, @Nullable String key, int count) {
    return deliveries(2, tenant, count).stream()
        .map(
            it ->
                new Delivery(it.stream(), it.position(), it.entry().with(new Marks(type, 1, key))))
        .toList();
  }

  private Delivery marked(Marks marks) {
    var one = deliveries(2, "default", 1).getFirst();
    return new Delivery(one.stream(), one.position(), one.entry().with(marks));
  }

  private static List<Delivery> refused(Admission.Verdict verdict) {
    return verdict.refused().stream().map(Admission.Refused::delivery).toList();
  }

  private void limit(double rate, int burst) {
    var _ = await(tenants.put(new Tenant("limited", 1, TenantLimits.of(rate, burst))));
  }

  private List<Delivery> deliveries(int stream, String tenant, int count) {
    var deliveries = new ArrayList<Delivery>();
    for (int i = 0; i < count; i++) {
      var entry = new Entry(new UUID(7, made++), 0, tenant, Priority.NORMAL);
      deliveries.add(new Delivery(stream, made + "-1", entry));
    }
    return deliveries;
  }

  private static boolean exists(String key) {
    return "1".equals(String.valueOf(LAB.redis(Command.EXISTS, key)));
  }
}
