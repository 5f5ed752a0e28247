package dev.orchestrix.admission;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.tenant.Tenant;
import dev.orchestrix.tenant.TenantLimits;
import dev.orchestrix.tenant.Tenants;
import dev.orchestrix.testkit.Lab;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AdmittingEntriesIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private Tenants tenants;
  private Admission admission;
  private int made;

  @BeforeEach
  void limit_one_tenant() {
    tenants = new Tenants(LAB.vertx(), LAB.postgres());
    limit(2, 5);
    admission = new Admission(LAB.redis(), tenants);
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
    assertThat(verdict.refused()).isEqualTo(limited.subList(4, 6));
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
    assertThat(verdict.refused()).hasSize(4).containsAll(held).containsAll(fresh);
  }

  @Test
  void a_tenant_that_was_stopped_starts_again_when_its_limit_is_raised() {
    limit(0, 5);
    assertThat(await(admission.ask(deliveries(2, "limited", 2))).refused()).hasSize(2);

    limit(2, 5);

    var again = deliveries(2, "limited", 2);
    assertThat(await(admission.ask(again)).refused()).isEmpty();
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
