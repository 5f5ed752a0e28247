package dev.orchestrix.bench.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which faults come when: the same for the same seed. Every kind comes equally often, in an order
 * of its own in each round, and the next begins when the last has been over for a while.
 */
final class FaultPlan {
  private static final int MOST_ROUNDS = 100;

  /**
   * One fault that is to come.
   *
   * @param at from the beginning of the plan
   * @param node which node it hits, from 0
   * @param hard a partition resets connections, and does not just let nothing through; a clock goes
   *     back, and not ahead
   */
  record Planned(FaultKind kind, Duration at, Duration hold, int node, boolean hard) {}

  /**
   * Fills a time with faults.
   *
   * @param rest least time between two of them; less if the time does not even suffice for one of
   *     each kind
   */
  static List<Planned> of(
      long seed, List<FaultKind> kinds, int nodes, Duration lease, Duration whole, Duration rest) {
    var random = new Random(seed);
    var drawn = new ArrayList<Planned>();
    var used = Duration.ZERO;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      var next = round(kinds, nodes, lease, random);
      used = used.plus(held(next)).plus(rest.multipliedBy(next.size()));
      if (round > 0 && used.compareTo(whole) > 0) {
        break;
      }
      drawn.addAll(next);
    }
    return spread(drawn, whole);
  }

  private static List<Planned> round(
      List<FaultKind> kinds, int nodes, Duration lease, Random random) {
    var order = new ArrayList<>(kinds);
    Collections.shuffle(order, random);
    var round = new ArrayList<Planned>();
    for (var kind : order) {
      round.add(
          new Planned(
              kind,
              Duration.ZERO,
              kind.hold(lease, random),
              random.nextInt(nodes),
              random.nextBoolean()));
    }
    return round;
  }

  private static Duration held(List<Planned> faults) {
    return faults.stream().map(Planned::hold).reduce(Duration.ZERO, Duration::plus);
  }

  private static List<Planned> spread(List<Planned> drawn, Duration whole) {
    if (drawn.isEmpty()) {
      return drawn;
    }
    var left = whole.minus(held(drawn));
    var rest = left.isNegative() ? Duration.ZERO : left.dividedBy(drawn.size());
    var planned = new ArrayList<Planned>();
    var at = Duration.ZERO;
    for (var one : drawn) {
      planned.add(new Planned(one.kind(), at, one.hold(), one.node(), one.hard()));
      at = at.plus(one.hold()).plus(rest);
    }
    return List.copyOf(planned);
  }

  private FaultPlan() {}
}
