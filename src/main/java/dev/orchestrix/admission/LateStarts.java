package dev.orchestrix.admission;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.core.limit.Lateness;
import dev.orchestrix.core.limit.Reason;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * What rates lose when starts under them were late: what came in meanwhile, but no more than those
 * starts cost, as nothing else begins together with what is behind them. Once for each time that
 * claims stood still, however many starts it kept. Not thread-safe.
 */
final class LateStarts {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Needs needs;
  private final Lateness lateness = new Lateness();

  /** Of the starts that stood still together. */
  private final Map<Reason, Standstill> standstills = new HashMap<>();

  private boolean before;
  private long lostAtNanos;

  /** What is known of it under one limit, in millionths of a token. */
  private static final class Standstill {
    private long latestNanos;
    private long cost;
    private long lost;

    /** What of that is not lost if the bucket had room. */
    private long perhaps;
  }

  /**
   * In millionths of a token, below zero.
   *
   * @param always whatever was in the bucket
   * @param unlessLow only where the bucket was half full at the admission, or has been since
   */
  record Lost(Map<Need.Tokens, Long> always, Map<Need.Tokens, Long> unlessLow) {
    private static final Lost NOTHING = new Lost(Map.of(), Map.of());
  }

  LateStarts(Needs needs) {
    this.needs = needs;
  }

  /** Parameters as of {@link Settlement#started}. */
  Lost lost(List<Delivery> deliveries, long agedNanos, long nowNanos) {
    long late = lateness.observe(agedNanos);
    if (late == 0) {
      return Lost.NOTHING;
    }
    boolean together = before && nowNanos - agedNanos - lostAtNanos < 0;
    if (!together) {
      standstills.clear();
    }
    before = true;
    lostAtNanos = nowNanos;
    var limits = new LinkedHashSet<Need.Tokens>();
    for (var delivery : deliveries) {
      for (var need : needs.of(delivery.entry())) {
        if (need instanceof Need.Tokens tokens) {
          limits.add(tokens);
          standstill(tokens).cost += tokens.price(delivery.entry());
        }
      }
    }
    var lost = new Lost(new LinkedHashMap<>(), new LinkedHashMap<>());
    for (var tokens : limits) {
      boolean perhaps = tokens.bucket().halfTakes(agedNanos);
      long more = lose(tokens, late, perhaps);
      if (more > 0) {
        var _ = (perhaps ? lost.unlessLow() : lost.always()).put(tokens, -more);
      }
    }
    return lost;
  }

  private Standstill standstill(Need.Tokens tokens) {
    return standstills.computeIfAbsent(tokens.reason(), _ -> new Standstill());
  }

  /** What a bucket may have been spared is lost with what is later, where that is too late. */
  private long lose(Need.Tokens tokens, long late, boolean perhaps) {
    var one = standstill(tokens);
    one.latestNanos = Math.max(one.latestNanos, late);
    double came = tokens.bucket().ratePerSecond() * (one.latestNanos / NANOS_PER_SECOND);
    long all = Math.min(Math.round(came), one.cost);
    long more = all - one.lost + (perhaps ? 0 : one.perhaps);
    one.perhaps = perhaps ? one.perhaps + more : 0;
    one.lost = all;
    return more;
  }
}
