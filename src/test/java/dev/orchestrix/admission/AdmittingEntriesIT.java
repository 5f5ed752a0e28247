package dev.orchestrix.admission;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Marks;
import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.testkit.Lab;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AdmittingEntriesIT {
  @RegisterExtension static final Lab LAB = new Lab();

  private Entrance entrance;

  @BeforeEach
  void open() {
    entrance = new Entrance(LAB);
  }

  @Test
  void a_tenant_without_limits_starts_everything() {
    var deliveries = entrance.deliveries(2, "default", 100);

    var verdict = entrance.ask(deliveries);

    assertThat(verdict).isEqualTo(new Admission.Verdict(deliveries, List.of(), List.of()));
    assertThat(entrance.exists(Keys.bucket("default"))).isFalse();
  }

  @Test
  void what_only_lacked_an_executor_does_not_ask_again_unless_it_has_waited_for_long() {
    var deliveries = entrance.deliveries(0, "limited", 100);

    assertThat(entrance.ask(deliveries).admitted()).isEqualTo(deliveries);
    assertThat(entrance.exists(Keys.bucket("limited"))).isFalse();
    assertThat(await(entrance.admission.ask(deliveries, true)).admitted()).isEmpty();
  }

  @Test
  void what_comes_late_does_not_begin_together_with_what_is_due_now() {
    var late = entrance.paid("limited", "t", 20);
    var _ = LAB.redis(Command.HSET, Keys.bucket("limited"), "tokens", 0, "at", 1, "real", 0);

    var verdict = entrance.ask(late);

    assertThat(verdict.admitted()).isEqualTo(late.subList(0, 5));
    assertThat(verdict.parked()).isEqualTo(late.subList(5, 20));
  }

  @Test
  void what_costs_more_than_the_bucket_holds_takes_all_of_it() {
    entrance.type("email", new RateLimit(1000, 2), null);
    var dear = List.of(entrance.marked(new Marks("email", 100, null)));

    assertThat(entrance.ask(dear).parked()).isEqualTo(dear);
    var due = entrance.due(1);
    assertThat(entrance.ask(due).admitted()).isEqualTo(due);
  }

  @Test
  void a_limited_tenant_parks_what_is_due_soon_and_gives_back_the_rest() {
    var limited = entrance.deliveries(2, "limited", 6);

    var verdict = entrance.ask(limited);

    assertThat(verdict.admitted()).isEmpty();
    assertThat(verdict.parked()).isEqualTo(limited.subList(0, 4));
    assertThat(Entrance.refused(verdict)).isEqualTo(limited.subList(4, 6));
  }

  @Test
  void a_second_entry_of_a_job_that_is_parked_takes_no_token_of_another() {
    var limited = entrance.deliveries(2, "limited", 4);
    assertThat(entrance.ask(limited.subList(0, 2)).parked()).isEqualTo(limited.subList(0, 2));
    standStill();

    var verdict = entrance.ask(limited);

    assertThat(verdict.parked()).isEqualTo(limited);
    assertThat(verdict.refused()).isEmpty();
    standStill();
    assertThat(entrance.ask(entrance.deliveries(2, "limited", 1)).refused()).hasSize(1);
  }

  @Test
  void every_entry_of_a_mixed_batch_gets_its_own_verdict() {
    var limited = entrance.deliveries(2, "limited", 3);
    var free = entrance.deliveries(1, "default", 3);
    var waited = entrance.deliveries(0, "limited", 3);
    var mixed = new ArrayList<Delivery>();
    for (int i = 0; i < 3; i++) {
      mixed.addAll(List.of(limited.get(i), free.get(i), waited.get(i)));
    }

    var verdict = entrance.ask(mixed);

    assertThat(verdict.parked()).isEqualTo(limited);
    assertThat(verdict.refused()).isEmpty();
    assertThat(verdict.admitted()).hasSize(6).containsAll(free).containsAll(waited);
  }

  @Test
  void tokens_that_have_come_are_used_at_once() {
    var _ = LAB.redis(Command.HSET, Keys.bucket("limited"), "tokens", 0, "at", 1);
    var limited = entrance.deliveries(2, "limited", 7);

    var verdict = entrance.ask(limited);

    assertThat(verdict.admitted()).isEqualTo(limited.subList(0, 5));
    assertThat(verdict.parked()).isEqualTo(limited.subList(5, 7));
  }

  @Test
  void a_tenant_that_is_stopped_starts_nothing_though_its_entries_hold_tokens() {
    entrance.limit(0, 5);
    var held = entrance.deliveries(0, "limited", 2);
    var fresh = entrance.deliveries(2, "limited", 2);
    var free = entrance.deliveries(2, "default", 2);
    var mixed = new ArrayList<>(held);
    mixed.addAll(fresh);
    mixed.addAll(free);

    var verdict = entrance.ask(mixed);

    assertThat(verdict.admitted()).isEqualTo(free);
    assertThat(verdict.parked()).isEmpty();
    assertThat(Entrance.refused(verdict)).hasSize(4).containsAll(held).containsAll(fresh);
  }

  @Test
  void a_tenant_that_was_stopped_starts_again_when_its_limit_is_raised() {
    entrance.limit(0, 5);
    assertThat(entrance.ask(entrance.deliveries(2, "limited", 2)).refused()).hasSize(2);

    entrance.limit(2, 5);

    var again = entrance.deliveries(2, "limited", 2);
    assertThat(entrance.ask(again).refused()).isEmpty();
  }

  @Test
  void a_type_is_limited_whoever_submits_it() {
    entrance.type("email", new RateLimit(2, 5), null);
    var marked = new ArrayList<>(entrance.marked("default", "email", null, 3));
    marked.addAll(entrance.marked("other", "email", null, 3));

    var verdict = entrance.ask(marked);

    assertThat(verdict.admitted()).isEmpty();
    assertThat(verdict.parked()).isEqualTo(marked.subList(0, 4));
    assertThat(verdict.refused())
        .extracting(Admission.Refused::reason)
        .containsOnly(new Reason.TypeRate("email"));
  }

  @Test
  void a_rate_key_is_limited_for_each_tenant_and_each_key_of_a_group() {
    entrance.key("default", "user:*", new RateLimit(1, 1));
    var one = entrance.marked("default", "email", "user:1", 3);
    var other = entrance.marked("default", "email", "user:2", 2);
    var foreign = entrance.marked("other", "email", "user:1", 2);
    var all = new ArrayList<>(one);
    all.addAll(other);
    all.addAll(foreign);

    var verdict = entrance.ask(all);

    assertThat(verdict.parked()).hasSize(4).containsAll(one.subList(0, 2)).containsAll(other);
    assertThat(verdict.admitted()).isEqualTo(foreign);
    assertThat(verdict.refused())
        .containsExactly(
            new Admission.Refused(one.get(2), new Reason.KeyRate("default", "user:1")));
  }

  @Test
  void a_start_that_costs_more_takes_more_tokens() {
    entrance.type("email", new RateLimit(10, 10), null);
    entrance.fill(new Reason.TypeRate("email"));

    var dear =
        List.of(
            entrance.marked(new Marks("email", 7, null)),
            entrance.marked(new Marks("email", 7, null)));
    var verdict = entrance.ask(dear);

    assertThat(verdict.admitted()).isEqualTo(dear.subList(0, 1));
    assertThat(verdict.parked()).isEqualTo(dear.subList(1, 2));
  }

  @Test
  void what_lacks_one_thing_takes_nothing_of_the_others() {
    entrance.type("email", new RateLimit(0, 1), null);
    entrance.fill(new Reason.TenantRate("limited"));

    var verdict = entrance.ask(entrance.marked("limited", "email", null, 3));

    assertThat(verdict.refused())
        .extracting(Admission.Refused::reason)
        .containsOnly(new Reason.TypeRate("email"));
    assertThat(entrance.ask(entrance.deliveries(2, "limited", 5)).admitted()).hasSize(5);
  }

  @Test
  void what_had_to_wait_for_one_thing_asks_for_the_others_when_that_is_due() {
    entrance.type("email", new RateLimit(20, 1), null);
    entrance.fill(new Reason.TenantRate("limited"));
    var waiting = entrance.marked("limited", "email", null, 1);
    assertThat(entrance.ask(waiting).parked()).isEqualTo(waiting);
    assertThat(entrance.ask(entrance.deliveries(2, "limited", 5)).admitted()).hasSize(5);
    standStill();

    var due = entrance.due(1);

    assertThat(due.getFirst().entry().paid()).isEqualTo("y");
    assertThat(entrance.ask(due).parked()).isEqualTo(due);

    var again = entrance.due(1);
    assertThat(again.getFirst().entry().paid()).isEqualTo("yt");
    assertThat(entrance.ask(again).admitted()).isEqualTo(again);
  }

  /** Nothing comes in for the limited tenant until it is asked about, however long that takes. */
  private void standStill() {
    long hence = System.currentTimeMillis() + Duration.ofHours(1).toMillis();
    var _ = LAB.redis(Command.HSET, Keys.bucket("limited"), "at", hence);
  }
}
