package dev.orchestrix.admission;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.core.limit.Lateness;
import dev.orchestrix.core.limit.Reason;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What rates lose when starts under them were late: what came in meanwhile. Once for each time that
 * claims stood still, however many starts it kept. Not thread-safe.
 */
final class LateStarts {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Needs needs;
  private final Lateness lateness = new Lateness();

  /** How late the latest start under each limit was of those that stood still together. */
  private final Map<Reason, Long> latest = new HashMap<>();

  private boolean before;
  private long lostAtNanos;

  LateStarts(Needs needs) {
    this.needs = needs;
  }

  /** In millionths of a token, below zero. Parameters as of {@link Settlement#started}. */
  Map<Need.Tokens, Long> lost(List<Delivery> deliveries, long agedNanos, long nowNanos) {
    long late = lateness.observe(agedNanos);
    if (late == 0) {
      return Map.of();
    }
    boolean together = before && nowNanos - agedNanos - lostAtNanos < 0;
    if (!together) {
      latest.clear();
    }
    before = true;
    lostAtNanos = nowNanos;
    var lost = new LinkedHashMap<Need.Tokens, Long>();
    for (var delivery : deliveries) {
      for (var need : needs.of(delivery.entry())) {
        if (need instanceof Need.Tokens tokens) {
          lose(tokens, late, lost);
        }
      }
    }
    return lost;
  }

  private void lose(Need.Tokens tokens, long late, Map<Need.Tokens, Long> lost) {
    long more = late - latest.getOrDefault(tokens.reason(), 0L);
    if (more > 0) {
      latest.put(tokens.reason(), late);
      lost.put(tokens, -Math.round(tokens.bucket().ratePerSecond() * (more / NANOS_PER_SECOND)));
    }
  }
}
