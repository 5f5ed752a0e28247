package dev.orchestrix.bench.chaos;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Optional;

/**
 * How long it took from a fault until as many jobs ended in a second as before it. Pure arithmetic
 * on when jobs have ended.
 */
final class Recovery {
  private static final Duration BEFORE = Duration.ofSeconds(5);
  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final Duration STEP = Duration.ofMillis(250);

  /** For so long the rate has to be good, so that one good moment is not taken for health. */
  private static final int GOOD_STEPS = 6;

  private static final double ENOUGH = 0.9;

  private final long[] ends;

  /**
   * @param ended when each job ended, in any order
   */
  Recovery(Collection<Instant> ended) {
    ends = ended.stream().mapToLong(Recovery::micros).sorted().toArray();
  }

  /** Ends a second just before a moment. */
  double rateBefore(Instant at) {
    return count(at.minus(BEFORE), at) / (double) BEFORE.toSeconds();
  }

  /**
   * From a fault's beginning to the first moment of lasting health after its last bad one.
   *
   * @param healed when the fault itself was over: a rate that falls later has another cause
   * @param until how long to look
   * @return zero if the rate never fell; empty if it did and did not come back
   */
  Optional<Duration> after(Instant begin, Instant healed, Instant until) {
    double wanted = rateBefore(begin) * ENOUGH;
    Instant sick = null;
    int good = 0;
    for (var at = begin; !at.plus(WINDOW).isAfter(until); at = at.plus(STEP)) {
      boolean enough = count(at, at.plus(WINDOW)) >= wanted;
      if (!enough && (sick != null || !at.isAfter(healed.plus(WINDOW)))) {
        sick = at;
        good = 0;
      } else if (sick != null && enough && ++good == GOOD_STEPS && at.isAfter(healed)) {
        return Optional.of(Duration.between(begin, sick.plus(STEP)));
      }
    }
    if (sick == null) {
      return Optional.of(Duration.ZERO);
    }
    // the next fault may have come while the rate was good, but not for long enough
    return good > 0 ? Optional.of(Duration.between(begin, sick.plus(STEP))) : Optional.empty();
  }

  private int count(Instant from, Instant to) {
    return before(micros(to)) - before(micros(from));
  }

  /** How many ended before a moment. */
  private int before(long micros) {
    int low = 0;
    int high = ends.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] < micros) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }
}
