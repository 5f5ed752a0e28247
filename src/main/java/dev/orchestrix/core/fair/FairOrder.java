package dev.orchestrix.core.fair;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * Who of those that wait is next, so that slots are shared by weight: what is counted is the time
 * that jobs hold a slot, not their number. Each tenant has a clock that its jobs move forward, the
 * faster the longer they run and the less it weighs; whoever is furthest behind is next. A tenant
 * that comes back is as far as the others are: it cannot save up a share that it did not use.
 *
 * <p>A choice costs the logarithm of the number of those that wait, however much they have waiting.
 * Not thread-safe.
 *
 * @see <a href="https://doi.org/10.1109/90.649569">Goyal, Vin, Cheng: Start-Time Fair Queuing</a>
 */
public final class FairOrder {

  /** What a job costs at least, in milliseconds of a slot: the work around it is not free. */
  private static final double LEAST_COST = 1;

  /** How much one report moves the estimate of a tenant's cost. */
  private static final double NEWS = 0.3;

  /** Most jobs of one tenant in a row: as many as may share a row of the backlog. */
  private static final int IN_A_ROW = 64;

  /** How many jobs a tenant may be ahead of the others, when its jobs ran longer than expected. */
  private static final int MOST_AHEAD = 1000;

  /** So many tenants are remembered though they do not wait. */
  private static final int REMEMBERED = 20_000;

  private final ToIntFunction<String> weights;
  private final Map<String, Share> shares = new HashMap<>();
  private final TreeSet<Share> waiting = new TreeSet<>(FURTHEST_BEHIND);
  private double now;
  private int most = REMEMBERED;

  /**
   * @param weights the weight of a tenant, 1 or more; asked anew for every choice
   */
  public FairOrder(ToIntFunction<String> weights) {
    this.weights = weights;
  }

  /** So many jobs of one tenant, in the order of the backlog. */
  public record Turn(String tenant, int jobs) {}

  private static final Comparator<Share> FURTHEST_BEHIND =
      Comparator.<Share>comparingDouble(share -> share.clock).thenComparing(share -> share.tenant);

  private static final class Share {
    private final String tenant;
    private double clock;
    private double cost = LEAST_COST;
    private boolean grew;

    private Share(String tenant) {
      this.tenant = tenant;
    }
  }

  /** The tenant has jobs waiting, as far as is known. */
  public void waits(String tenant) {
    var share = share(tenant);
    share.grew = true;
    if (!waiting.contains(share)) {
      share.clock = Math.max(share.clock, now);
      waiting.add(share);
    }
  }

  /** How many tenants wait. */
  public int waiting() {
    return waiting.size();
  }

  /**
   * Chooses whose jobs are next. They count as given until {@link #gave} says otherwise.
   *
   * @param jobs how many in all, 1 or more
   * @param most how many a tenant may have now, 0 for none
   * @return each tenant once, whoever was furthest behind first
   */
  public List<Turn> next(int jobs, ToIntFunction<String> most) {
    int row = row(jobs);
    var passed = new ArrayList<Share>();
    var turns = new LinkedHashMap<String, Integer>();
    int left = jobs;
    while (left > 0 && !waiting.isEmpty()) {
      var share = waiting.removeFirst();
      int more = most.applyAsInt(share.tenant) - turns.getOrDefault(share.tenant, 0);
      if (more <= 0) {
        passed.add(share);
        continue;
      }
      int taken = Math.min(Math.min(left, row), more);
      now = Math.max(now, share.clock);
      share.grew = false;
      share.clock += cost(share, taken);
      waiting.add(share);
      turns.merge(share.tenant, taken, Integer::sum);
      left -= taken;
    }
    waiting.addAll(passed);
    var list = new ArrayList<Turn>(turns.size());
    turns.forEach((tenant, count) -> list.add(new Turn(tenant, count)));
    return list;
  }

  /**
   * Chooses who is next after those that were chosen, and is not among them: for the case that
   * those have fewer jobs than they are asked for.
   *
   * @param chosen what {@link #next} gave
   * @param tenants how many at most
   * @param jobs how many in all, as {@link #next} was asked for
   * @param most as before
   */
  public List<Turn> spare(List<Turn> chosen, int tenants, int jobs, ToIntFunction<String> most) {
    var names = chosen.stream().map(Turn::tenant).collect(Collectors.toSet());
    var spare =
        waiting.stream()
            .map(share -> share.tenant)
            .filter(tenant -> !names.contains(tenant) && most.applyAsInt(tenant) > 0)
            .limit(tenants)
            .map(tenant -> new Turn(tenant, Math.min(row(jobs), most.applyAsInt(tenant))))
            .toList();
    spare.forEach(this::count);
    return spare;
  }

  private void count(Turn turn) {
    var share = share(turn.tenant());
    waiting.remove(share);
    share.grew = false;
    share.clock += cost(share, turn.jobs());
    waiting.add(share);
  }

  /**
   * What a turn has come to.
   *
   * @param given how many jobs there really were; a few more than asked for when they share a row
   * @param empty whether nothing was left behind them
   */
  public void gave(Turn turn, int given, boolean empty) {
    var share = share(turn.tenant());
    boolean waits = waiting.remove(share);
    share.clock += cost(share, given - turn.jobs());
    if (waits && (share.grew || !empty)) {
      waiting.add(share);
    }
  }

  /**
   * What jobs of a tenant have cost that have ended since the last report.
   *
   * @param jobs how many, 1 or more
   * @param millis how long they held a slot, in all
   */
  public void spent(String tenant, int jobs, double millis) {
    var share = share(tenant);
    boolean waits = waiting.remove(share);
    double cost = Math.max(LEAST_COST, millis / jobs);
    double wrong = jobs * (cost - share.cost) / weight(tenant);
    double furthest = now + MOST_AHEAD * cost / weight(tenant);
    double floor = Math.min(share.clock, now);
    share.clock = Math.clamp(share.clock + wrong, floor, Math.max(floor, furthest));
    share.cost += (cost - share.cost) * NEWS;
    if (waits) {
      waiting.add(share);
    }
  }

  private static int row(int jobs) {
    return Math.clamp(jobs / 4, 1, IN_A_ROW);
  }

  private double cost(Share share, int jobs) {
    return jobs * share.cost / weight(share.tenant);
  }

  private int weight(String tenant) {
    return Math.max(1, weights.applyAsInt(tenant));
  }

  private Share share(String tenant) {
    var known = shares.get(tenant);
    if (known != null) {
      return known;
    }
    forgetSome();
    var share = new Share(tenant);
    shares.put(tenant, share);
    return share;
  }

  /** Whoever does not wait and is not ahead would come back hardly different than as a stranger. */
  private void forgetSome() {
    if (shares.size() >= most) {
      shares.values().removeIf(share -> share.clock <= now && !waiting.contains(share));
      most = Math.max(REMEMBERED, 2 * shares.size());
    }
  }
}
