package dev.orchestrix.core.fair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.orchestrix.core.fair.FairOrder.Turn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SharingByWeightTest {
  private static final int MANY = Integer.MAX_VALUE;

  private static final Percentage CLOSE = Percentage.withPercentage(2);

  private final Map<String, Integer> weights = new HashMap<>();
  private final FairOrder order = new FairOrder(tenant -> weights.getOrDefault(tenant, 1));
  private final Map<String, Double> held = new HashMap<>();

  @Test
  void a_tenant_gets_no_more_at_once_than_it_may_have_and_others_get_the_rest() {
    var order = new FairOrder(_ -> 1);
    order.waits("limited");
    order.waits("free");

    var turns = order.next(100, tenant -> tenant.equals("limited") ? 7 : MANY);

    assertThat(turns).containsExactlyInAnyOrder(new Turn("limited", 7), new Turn("free", 93));
    var few = order.spare(List.of(new Turn("free", 1)), 5, 100, _ -> 3);
    assertThat(few).containsExactly(new Turn("limited", 3));
  }

  @Test
  void equal_tenants_get_equal_shares() {
    wait("a", "b", "c");

    run(2000, 100, Map.of("a", 1.0, "b", 1.0, "c", 1.0));

    assertThat(held("a")).isCloseTo(held("b"), CLOSE);
    assertThat(held("a")).isCloseTo(held("c"), CLOSE);
  }

  @Test
  void shares_follow_the_weights() {
    weights.putAll(Map.of("a", 1, "b", 2, "c", 4));
    wait("a", "b", "c");

    run(7000, 100, Map.of("a", 5.0, "b", 5.0, "c", 5.0));

    assertThat(held("b")).isCloseTo(2 * held("a"), CLOSE);
    assertThat(held("c")).isCloseTo(4 * held("a"), CLOSE);
  }

  @Test
  void what_counts_is_the_time_in_slots_and_not_the_number_of_jobs() {
    weights.putAll(Map.of("long", 1, "short", 2));
    wait("long", "short");

    run(3000, 100, Map.of("long", 200.0, "short", 5.0));

    assertThat(held("short")).isCloseTo(2 * held("long"), Percentage.withPercentage(5));
  }

  @Test
  void a_newcomer_is_next_whatever_the_others_have_waiting_and_have_had() {
    wait("heavy");
    run(100, 500, Map.of("heavy", 10.0));

    wait("light");

    assertThat(order.next(100, _ -> MANY).getFirst().tenant()).isEqualTo("light");
  }

  @Test
  void nobody_saves_up_a_share_that_was_not_used() {
    wait("idle", "busy");
    emptied("idle");
    run(1000, 100, Map.of("busy", 1.0));
    held.clear();

    wait("idle");
    run(100, 100, Map.of("busy", 1.0, "idle", 1.0));

    assertThat(held("idle")).isCloseTo(held("busy"), CLOSE);
  }

  @Test
  void who_may_not_now_is_passed_over_and_has_its_place_later() {
    wait("held", "other");

    var without = order.next(10, tenant -> tenant.equals("held") ? 0 : MANY);
    var with = order.next(10, _ -> MANY);

    assertThat(without).containsExactly(new Turn("other", 10));
    assertThat(with.getFirst().tenant()).isEqualTo("held");
    assertThat(order.waiting()).isEqualTo(2);
  }

  @Test
  void whoever_has_nothing_left_waits_no_more_unless_more_has_come_meanwhile() {
    wait("a", "b");
    var turns = order.next(20, _ -> MANY);

    wait("b");
    turns.forEach(turn -> order.gave(turn, 3, true));

    assertThat(order.next(20, _ -> MANY)).extracting(Turn::tenant).containsExactly("b");
  }

  @Test
  void more_than_was_asked_for_is_made_up_for() {
    wait("rows", "singles");

    var given = new HashMap<String, Integer>();
    for (int i = 0; i < 1000; i++) {
      for (var turn : order.next(8, _ -> MANY)) {
        int jobs = turn.tenant().equals("rows") ? 64 : turn.jobs();
        given.merge(turn.tenant(), jobs, Integer::sum);
        order.gave(turn, jobs, false);
      }
    }

    assertThat(given.get("rows")).isCloseTo(given.get("singles"), within(128));
  }

  @Test
  void ten_thousand_tenants_have_their_turn_before_anyone_has_a_second() {
    IntStream.range(0, 10_000).forEach(i -> wait("t" + i));

    var seen = new HashMap<String, Integer>();
    for (int i = 0; i < 400; i++) {
      order.next(1600, _ -> MANY).forEach(turn -> seen.merge(turn.tenant(), 1, Integer::sum));
    }

    assertThat(seen).hasSize(10_000);
    assertThat(seen.values()).containsOnly(1);
  }

  @Test
  void those_who_are_asked_in_case_are_the_next_ones_and_others() {
    wait("a", "b", "c", "d", "e");
    var chosen = order.next(100, tenant -> tenant.equals("c") ? 0 : MANY);

    var spare = order.spare(chosen.subList(0, 2), 2, 100, tenant -> tenant.equals("c") ? 0 : MANY);

    assertThat(chosen).extracting(Turn::tenant).containsExactly("a", "b", "d", "e");
    assertThat(spare).containsExactly(new Turn("d", 25), new Turn("e", 25));
    assertThat(order.waiting()).isEqualTo(5);
  }

  @Test
  void whoever_was_asked_in_case_and_not_needed_has_its_place_as_before() {
    wait("a", "b", "c");
    var chosen = order.next(4, tenant -> tenant.equals("a") ? MANY : 0);

    for (var turn : order.spare(chosen, 10, 4, _ -> MANY)) {
      order.gave(turn, 0, false);
    }

    assertThat(order.next(2, _ -> MANY)).extracting(Turn::tenant).containsExactly("b", "c");
  }

  @Test
  void whoever_gave_in_case_counts_as_if_it_had_been_chosen() {
    wait("a", "b", "c");
    var chosen = order.next(4, tenant -> tenant.equals("a") ? MANY : 0);
    assertThat(order.spare(chosen, 1, 4, _ -> MANY)).containsExactly(new Turn("b", 1));

    assertThat(order.next(1, _ -> MANY)).containsExactly(new Turn("c", 1));
  }

  private double held(String tenant) {
    return held.getOrDefault(tenant, 0.0);
  }

  private void wait(String... tenants) {
    List.of(tenants).forEach(order::waits);
  }

  private void emptied(String tenant) {
    for (var turn : order.next(1, it -> it.equals(tenant) ? MANY : 0)) {
      order.gave(turn, 0, true);
    }
  }

  /** So many turns; all that is given runs at once and is reported. */
  private void run(int turns, int jobs, Map<String, Double> millis) {
    for (int i = 0; i < turns; i++) {
      for (var turn : order.next(jobs, _ -> MANY)) {
        order.gave(turn, turn.jobs(), false);
        double took = turn.jobs() * millis.getOrDefault(turn.tenant(), 1.0);
        held.merge(turn.tenant(), took, Double::sum);
        order.spent(turn.tenant(), turn.jobs(), took);
      }
    }
  }
}
