package dev.orchestrix.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bench.chaos.FaultPlan.Planned;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PlanningFaultsTest {
  private static final List<FaultKind> ALL = List.of(FaultKind.values());
  private static final Duration LEASE = Duration.ofSeconds(5);

  @Test
  void the_same_seed_is_the_same_plan() {
    assertThat(plan(7, Duration.ofMinutes(10))).isEqualTo(plan(7, Duration.ofMinutes(10)));
    assertThat(plan(7, Duration.ofMinutes(10))).isNotEqualTo(plan(8, Duration.ofMinutes(10)));
  }

  @Test
  void ten_minutes_see_every_fault_several_times_and_equally_often() {
    var counts =
        plan(1, Duration.ofMinutes(10)).stream()
            .collect(Collectors.groupingBy(Planned::kind, Collectors.counting()));

    assertThat(counts).containsOnlyKeys(ALL);
    assertThat(counts.values()).allMatch(count -> count > 1).containsOnly(counts.get(ALL.get(0)));
  }

  @Test
  void faults_do_not_overlap_and_end_in_time() {
    var whole = Duration.ofMinutes(10);
    var plan = plan(3, whole);

    for (int i = 1; i < plan.size(); i++) {
      var before = plan.get(i - 1);
      assertThat(plan.get(i).at()).isGreaterThanOrEqualTo(before.at().plus(before.hold()));
    }
    assertThat(plan.getLast().at().plus(plan.getLast().hold())).isLessThanOrEqualTo(whole);
  }

  @Test
  void a_short_time_still_sees_each_fault_once() {
    assertThat(plan(5, Duration.ofSeconds(10)).stream().map(Planned::kind))
        .containsExactlyInAnyOrderElementsOf(ALL);
  }

  @Test
  void every_node_is_hit() {
    assertThat(plan(1, Duration.ofMinutes(30)).stream().map(Planned::node).distinct())
        .containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void a_pause_outlasts_the_lease() {
    assertThat(plan(1, Duration.ofMinutes(10)))
        .filteredOn(one -> one.kind() == FaultKind.NODE_PAUSE)
        .extracting(hold())
        .allMatch(hold -> hold.compareTo(LEASE) > 0);
  }

  private static Function<Planned, Duration> hold() {
    return Planned::hold;
  }

  private static List<Planned> plan(long seed, Duration whole) {
    return FaultPlan.of(seed, ALL, 3, LEASE, whole, Duration.ofSeconds(8));
  }
}
