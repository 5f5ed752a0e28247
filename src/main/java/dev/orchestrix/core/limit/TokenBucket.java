package dev.orchestrix.core.limit;

import java.util.OptionalLong;

/**
 * A token bucket whose tokens can be reserved ahead: a request that finds none takes the next one,
 * puts the bucket into debt and learns when the token is due. The same arithmetic as {@code
 * admit.lua}, in whole millionths of a token and milliseconds.
 *
 * @param ratePerSecond millionths of a token that come in a second, 1000 (one token in 1000 s) to
 *     10^12; 0 for a bucket that is stopped: it refuses everything and keeps what it holds
 * @param capacity most millionths the bucket holds, one token to 10^12
 * @param deepest how far, in millionths, the bucket may be in debt, 0 or more
 * @see <a href="https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm">GCRA, the same output
 *     shape</a>
 */
public record TokenBucket(long ratePerSecond, long capacity, long deepest) {

  /** One token, in the unit of everything here. */
  public static final long TOKEN = 1_000_000;

  /** How many seconds of its rate a tenant may reserve ahead. */
  private static final int SECONDS_AHEAD = 2;

  /**
   * By how much a start may come later than it was admitted. What comes in so long a time is kept
   * back of a burst: whoever is admitted then begins no earlier than those before it, who were
   * late.
   */
  private static final int MILLIS_LATE = 50;

  static final long ALLOWED_NANOS = MILLIS_LATE * 1_000_000L;

  /**
   * @param tokens millionths in the bucket, below zero when reserved ahead
   * @param atMillis when they were counted
   */
  public record Level(long tokens, long atMillis) {}

  /**
   * @param waitMillis 0 to start now, more to start then, -1 for a refusal that took nothing
   */
  public record Verdict(Level level, long waitMillis) {
    /** Whether the debt would have been too deep. */
    public boolean refused() {
      return waitMillis < 0;
    }
  }

  /**
   * The bucket of a limit. Where so much comes in 50 ms, the last tokens of a burst come so much
   * later than the others, half of them at most.
   *
   * @param rate jobs a second, 0.001 to 1,000,000, or 0 for none at all
   * @param burst jobs at once, 1 to 1,000,000
   */
  public static TokenBucket of(double rate, int burst) {
    long perSecond = rate == 0 ? 0 : Math.max(1, Math.round(rate * TOKEN));
    long later = Math.min(burst / 2, perSecond * MILLIS_LATE / 1000 / TOKEN);
    return new TokenBucket(
        perSecond, (burst - later) * TOKEN, Math.max(TOKEN, perSecond * SECONDS_AHEAD));
  }

  /** Whether half of the bucket takes what comes in so long a time. */
  public boolean halfTakes(long nanos) {
    return ratePerSecond * (nanos / 1e9) <= capacity / 2.0;
  }

  /** How many jobs of one token each it takes at most, with all that may be reserved; 1 or more. */
  public int most() {
    return Math.clamp((capacity + deepest) / TOKEN, 1, Integer.MAX_VALUE);
  }

  /** What a bucket that nobody has seen holds: nothing, so that losing it gives nothing away. */
  public Level empty(long nowMillis) {
    return new Level(0, nowMillis);
  }

  /** Asks for one token. A clock that went back refills nothing. */
  public Verdict take(Level before, long nowMillis) {
    if (ratePerSecond == 0) {
      return new Verdict(new Level(Math.min(capacity, before.tokens()), nowMillis), -1);
    }
    long tokens = Math.min(capacity, refilled(before, nowMillis));
    long left = tokens - TOKEN;
    if (left >= 0) {
      return new Verdict(new Level(left, nowMillis), 0);
    }
    if (-left > deepest) {
      return new Verdict(new Level(tokens, nowMillis), -1);
    }
    return new Verdict(new Level(left, nowMillis), Math.ceilDiv(-left * 1000, ratePerSecond));
  }

  /** What a bucket holds at a moment when nobody asks. */
  public Level filled(Level before, long nowMillis) {
    long tokens = ratePerSecond == 0 ? before.tokens() : refilled(before, nowMillis);
    return new Level(Math.min(capacity, tokens), nowMillis);
  }

  /**
   * How long it is from a level until so many more tokens have been taken one after the other, by
   * whoever reserves them in turn.
   *
   * @return milliseconds, 0 if they are there; nothing when none ever comes
   */
  public OptionalLong wait(Level level, long tokens) {
    long missing = tokens * TOKEN - level.tokens();
    if (missing <= 0) {
      return OptionalLong.of(0);
    }
    return ratePerSecond == 0
        ? OptionalLong.empty()
        : OptionalLong.of(Math.ceilDiv(missing * 1000, ratePerSecond));
  }

  private long refilled(Level before, long nowMillis) {
    long elapsed = Math.max(0, nowMillis - before.atMillis());
    long full = Math.ceilDiv((capacity - before.tokens()) * 1000, ratePerSecond);
    return elapsed >= full ? capacity : before.tokens() + elapsed * ratePerSecond / 1000;
  }
}
