package dev.orchestrix.metrics;

import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The meters of one name, one for each set of labels, made at first use. Whoever submits jobs
 * chooses tenants and types, so their number is bounded: past the limit everything new is counted
 * under one meter whose labels read {@code other}.
 */
final class BoundedMeters<K, M> {
  private final Map<K, M> meters = new ConcurrentHashMap<>();
  private final int limit;
  private final K other;
  private final Function<K, M> create;
  private final Counter folded;

  /**
   * @param limit most sets of labels, apart from {@code other}; threads that race past it may make
   *     a few more
   * @param folded counts the updates that went to {@code other}
   */
  BoundedMeters(int limit, K other, Function<K, M> create, Counter folded) {
    this.limit = limit;
    this.other = other;
    this.create = create;
    this.folded = folded;
  }

  /** The meter of these labels, or the one of {@code other} when there are too many. */
  M of(K labels) {
    var meter = meters.get(labels);
    return meter != null ? meter : first(labels);
  }

  private M first(K labels) {
    if (meters.size() < limit) {
      return meters.computeIfAbsent(labels, create);
    }
    folded.increment();
    return meters.computeIfAbsent(other, create);
  }
}
