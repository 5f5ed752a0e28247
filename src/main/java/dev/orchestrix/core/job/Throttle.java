package dev.orchestrix.core.job;

import org.jspecify.annotations.Nullable;

/**
 * What limits a job shares with others.
 *
 * @param rateKey it takes tokens together with all of the tenant's jobs that name the same; or null
 * @param cost tokens that a start takes of every rate it is under, 1 or more
 * @param concurrencyKey it takes a slot together with all of the tenant's jobs that name the same;
 *     or null
 */
public record Throttle(@Nullable String rateKey, int cost, @Nullable String concurrencyKey) {

  /** That of nearly all jobs. */
  public static final Throttle NONE = new Throttle(null, 1, null);

  /** Most tokens that a start can take. */
  public static final int MOST_COST = 1000;
}
