package dev.orchestrix.core.limit;

import java.time.Duration;

/**
 * Tokens of a bucket that others take from as well, drawn a few ahead so that not every token is a
 * question to where the bucket is. It draws more at a time the faster they go, a tenth of a second
 * of the rate at most, and what is not spent within that time is lost: together, all who draw spend
 * at most burst + rate x (t + 0.1 s) in any window of t seconds. Pure but for what it holds; for
 * one thread.
 */
public final class TokenPurse {
  private static final int DRAWS_PER_SECOND = 10;
  private static final long KEPT_NANOS = Duration.ofSeconds(1).toNanos() / DRAWS_PER_SECOND;
  private static final double NANOS = Duration.ofSeconds(1).toNanos();

  /** Who spends what was drawn faster than this draws more the next time. */
  private static final long FAST_NANOS = KEPT_NANOS / 5;

  /** What became of the wish to spend a token. */
  public sealed interface Answer {}

  /** It is spent. */
  public record Spent() implements Answer {}

  /**
   * There is none, here or in the bucket.
   *
   * @param pause until there is one, more than zero
   */
  public record Refused(Duration pause) implements Answer {}

  /** There is none here; whether the bucket has one is not known. */
  public record Empty() implements Answer {}

  private static final Answer SPENT = new Spent();
  private static final Answer EMPTY = new Empty();

  private final RateLimit limit;
  private final int mostAhead;
  private int held;
  private int chunk = 1;
  private long left;
  private long drawnAt;
  private long emptyUntil;

  /**
   * @param limit what the bucket has; not one that is stopped
   */
  public TokenPurse(RateLimit limit, long nowNanos) {
    this.limit = limit;
    this.mostAhead = (int) Math.clamp(limit.rate() / DRAWS_PER_SECOND, 1, limit.burst());
    this.left = limit.burst();
    this.drawnAt = nowNanos - KEPT_NANOS;
    this.emptyUntil = nowNanos;
  }

  public RateLimit limit() {
    return limit;
  }

  /** Spends one token. */
  public Answer spend(long nowNanos) {
    if (nowNanos - drawnAt >= KEPT_NANOS) {
      held = 0;
    }
    if (held > 0) {
      held--;
      return SPENT;
    }
    return emptyUntil - nowNanos > 0 ? new Refused(Duration.ofNanos(emptyUntil - nowNanos)) : EMPTY;
  }

  /**
   * How many tokens to draw.
   *
   * @param waiting how many want one now
   */
  public int wanted(int waiting, long nowNanos) {
    long since = nowNanos - drawnAt;
    if (since < FAST_NANOS) {
      chunk = Math.min(mostAhead, chunk * 2);
    } else if (since >= KEPT_NANOS) {
      chunk = 1;
    }
    return Math.min(limit.burst(), Math.max(chunk, waiting));
  }

  /**
   * Takes what the bucket gave.
   *
   * @param wanted how many were asked for
   * @param taken how many were there, of those
   * @param left how many there are still
   * @param next until the bucket has one, if it has none
   */
  public void drawn(int wanted, int taken, long left, Duration next, long nowNanos) {
    held = taken;
    this.left = left;
    drawnAt = nowNanos;
    emptyUntil = taken < wanted ? nowNanos + next.toNanos() : nowNanos;
  }

  /** How many may be spent now, as far as is known here. */
  public long remaining(long nowNanos) {
    return (long) Math.min(limit.burst(), level(nowNanos));
  }

  /** How long it is, as far as is known here, until the bucket is full. */
  public Duration untilFull(long nowNanos) {
    double missing = Math.max(0, limit.burst() - level(nowNanos));
    return Duration.ofNanos((long) (missing / limit.rate() * NANOS));
  }

  private double level(long nowNanos) {
    return left + held + limit.rate() * Math.max(0, nowNanos - drawnAt) / NANOS;
  }
}
