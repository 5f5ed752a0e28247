package dev.orchestrix.admission;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.tenant.Tenant;
import dev.orchestrix.tenant.TenantLimits;
import dev.orchestrix.testkit.Lab;
import io.vertx.redis.client.Command;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class WaitingForSlotsIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private Entrance entrance;

  @BeforeEach
  void open() {
    entrance = new Entrance(LAB);
  }

  @Test
  void only_so_many_of_a_type_run_at_once_and_the_next_is_called_when_one_leaves() {
    entrance.type("email", null, 2);
    entrance.count(new Reason.TypeSlots("email"));
    var all = entrance.marked("default", "email", null, 4);

    var verdict = entrance.ask(all);
    assertThat(verdict.admitted()).isEqualTo(all.subList(0, 2));
    assertThat(verdict.parked()).isEqualTo(all.subList(2, 4));
    assertThat(await(entrance.streams.drained())).isFalse();

    entrance.returns.left(all.getFirst().entry(), "email");

    var called = entrance.due(1);
    assertThat(called.getFirst().entry().id()).isEqualTo(all.get(2).entry().id());
    assertThat(entrance.ask(called).admitted()).isEqualTo(called);
    assertThat(entrance.ask(entrance.marked("default", "email", null, 1)).admitted()).isEmpty();
  }

  @Test
  void slots_that_nobody_has_counted_are_given_to_nobody() {
    entrance.type("email", null, 2);
    var all = entrance.marked("default", "email", null, 100);

    var verdict = entrance.ask(all);

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
        await(
            entrance.tenants.put(
                new Tenant("limited", 1, new TenantLimits(new RateLimit(0.001, 1), 1))));
    entrance.count(new Reason.TenantSlots("limited"));
    entrance.fill(new Reason.TenantRate("limited"));
    var first = entrance.deliveries(2, "limited", 1);
    assertThat(entrance.ask(first).admitted()).isEqualTo(first);
    var others = entrance.deliveries(2, "limited", 4);
    assertThat(entrance.ask(others).parked()).isEqualTo(others);

    entrance.returns.left(first.getFirst().entry(), "noop");
    var second = entrance.due(1);
    assertThat(entrance.ask(second).parked()).isEqualTo(second);

    var _ = LAB.redis(Command.HSET, Keys.bucket("limited"), "tokens", -3_000_000);
    entrance.returns.left(second.getFirst().entry(), "noop");
    var third = entrance.due(1);
    assertThat(entrance.ask(third).refused())
        .extracting(Admission.Refused::reason)
        .containsOnly(new Reason.TenantRate("limited"));
    assertThat(entrance.due(1).getFirst().entry().id()).isEqualTo(others.get(2).entry().id());
  }
}
