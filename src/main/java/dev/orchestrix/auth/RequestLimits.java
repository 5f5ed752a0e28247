package dev.orchestrix.auth;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.orchestrix.core.limit.RateLimit;
import dev.orchestrix.core.limit.TokenBucket;
import dev.orchestrix.core.limit.TokenPurse;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.redis.Answers;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Script;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many requests each key, and each subject of tokens, may make, over all nodes together. The
 * buckets are in Redis; a server draws a few tokens ahead, so that most requests ask nobody. While
 * Redis does not answer, each server counts for itself by the same limit: requests go on. Belongs
 * to the event loop that made it.
 */
public final class RequestLimits {
  private static final Logger LOG = LoggerFactory.getLogger(RequestLimits.class);

  /** Callers that are known at once; one that was forgotten asks Redis again. */
  private static final int MOST_CALLERS = 10_000;

  /** Requests of one caller that may wait for Redis at once; more are too many. */
  private static final int MOST_WAITING = 1_024;

  static final Duration PATIENCE = Duration.ofMillis(200);

  private final RedisLink redis;
  private final Optional<RateLimit> usual;
  private final Meters meters;
  private final LongSupplier nanos;
  private final Duration patience;
  private final Map<String, Purse> purses =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Purse> eldest) {
          return size() > MOST_CALLERS;
        }
      };
  private boolean failing;

  /** What one caller has here. */
  private static final class Purse {
    private final TokenPurse tokens;
    private final TokenBucket bucket;
    private TokenBucket.Level here;
    private int waiting;

    /** Those who waited for the last draw and have to ask again. */
    private int unserved;

    private @Nullable Promise<Void> drawing;

    private Purse(RateLimit limit, long nowNanos) {
      long rate = Math.max(1, Math.round(limit.rate() * TokenBucket.TOKEN));
      long capacity = limit.burst() * TokenBucket.TOKEN;
      tokens = new TokenPurse(limit, nowNanos);
      bucket = new TokenBucket(rate, capacity, 0);
      here = new TokenBucket.Level(capacity, NANOSECONDS.toMillis(nowNanos));
    }
  }

  /** What a request is told. */
  public sealed interface Verdict {}

  /** Nobody counts the requests of this caller. */
  public record Free() implements Verdict {}

  /** It may go on. */
  public record Within(Standing standing) implements Verdict {}

  /**
   * It is one too many; nothing was counted for it.
   *
   * @param pause until another may be made, more than zero
   */
  public record TooMany(Standing standing, Duration pause) implements Verdict {}

  /**
   * It is worth asking again when that has completed.
   *
   * @param asked completes well, within 200 ms, on this event loop
   */
  public record Later(Future<Void> asked) implements Verdict {}

  /**
   * How a caller stands, as far as is known here.
   *
   * @param remaining requests that may be made at once, 0 to the burst
   * @param untilFull until that is the burst again
   */
  public record Standing(RateLimit limit, long remaining, Duration untilFull) {}

  private static final Verdict FREE = new Free();

  /**
   * @param patience how long Redis may take before a server counts for itself
   */
  RequestLimits(
      RedisLink redis,
      Optional<RateLimit> usual,
      Meters meters,
      LongSupplier nanos,
      Duration patience) {
    this.patience = patience;
    this.redis = redis;
    this.usual = usual;
    this.meters = meters;
    this.nanos = nanos;
  }

  /** Counts one request of a caller. */
  public Verdict ask(Caller caller) {
    var bucket = caller.requests();
    if (bucket == null) {
      return FREE;
    }
    var limit = bucket.own() == null ? usual.orElse(null) : bucket.own();
    return limit == null ? FREE : ask(bucket.name(), limit);
  }

  private Verdict ask(String name, RateLimit limit) {
    long now = nanos.getAsLong();
    var purse = purse(name, limit, now);
    return switch (purse.tokens.spend(now)) {
      case TokenPurse.Spent _ -> new Within(standing(purse, now));
      case TokenPurse.Refused(var pause) -> refused(purse, now, pause);
      case TokenPurse.Empty _ -> later(name, purse, now);
    };
  }

  private Verdict refused(Purse purse, long now, Duration pause) {
    meters.refused("caller");
    return new TooMany(standing(purse, now), pause);
  }

  private Purse purse(String name, RateLimit limit, long now) {
    var known = purses.get(name);
    if (known != null && known.tokens.limit().equals(limit)) {
      return known;
    }
    var fresh = new Purse(limit, now);
    purses.put(name, fresh);
    return fresh;
  }

  private Verdict later(String name, Purse purse, long now) {
    if (purse.waiting >= MOST_WAITING) {
      return refused(purse, now, patience);
    }
    purse.waiting++;
    if (purse.drawing != null) {
      return new Later(purse.drawing.future());
    }
    Promise<Void> drawing = Promise.promise();
    purse.drawing = drawing;
    draw(
        name,
        purse,
        purse.tokens.wanted(1 + purse.unserved, now),
        requireNonNull(Vertx.currentContext()));
    return new Later(drawing.future());
  }

  private void draw(String name, Purse purse, int wanted, Context loop) {
    var bucket = purse.bucket;
    var arguments =
        List.of(
            Long.toString(bucket.ratePerSecond()),
            Long.toString(bucket.capacity()),
            Integer.toString(wanted));
    var _ =
        redis
            .run(Script.SPEND, List.of(Keys.requests(name)), arguments)
            .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
            .onComplete(
                drawn ->
                    loop.runOnContext(_ -> drawn(purse, wanted, drawn.result(), drawn.cause())));
  }

  /**
   * @param failure why there is no answer, or null
   */
  private void drawn(
      Purse purse, int wanted, @Nullable Response answer, @Nullable Throwable failure) {
    long now = nanos.getAsLong();
    int taken = failure == null ? take(purse, wanted, answer, now) : drawHere(purse, wanted, now);
    if (failure == null) {
      failing = false;
    } else {
      warnOnce(failure);
    }
    purse.unserved = Math.max(0, purse.waiting - taken);
    var drawing = requireNonNull(purse.drawing);
    purse.drawing = null;
    purse.waiting = 0;
    drawing.complete();
  }

  private static int take(Purse purse, int wanted, @Nullable Response answer, long now) {
    int taken = (int) Answers.number(answer, 0);
    var next = Duration.ofMillis(Answers.number(answer, 2));
    purse.tokens.drawn(wanted, taken, Answers.number(answer, 1), next, now);
    return taken;
  }

  /** Draws from a bucket of this server's own. */
  private static int drawHere(Purse purse, int wanted, long now) {
    long nowMillis = NANOSECONDS.toMillis(now);
    var level = purse.bucket.filled(purse.here, nowMillis);
    int taken = (int) Math.min(wanted, level.tokens() / TokenBucket.TOKEN);
    long left = level.tokens() - taken * TokenBucket.TOKEN;
    purse.here = new TokenBucket.Level(left, nowMillis);
    var next = Duration.ofMillis(purse.bucket.wait(purse.here, 1).orElse(0));
    purse.tokens.drawn(wanted, taken, left / TokenBucket.TOKEN, next, now);
    return taken;
  }

  private void warnOnce(Throwable failure) {
    meters.failure("count_requests");
    if (!failing) {
      LOG.warn("requests cannot be counted over all nodes; each counts for itself", failure);
    }
    failing = true;
  }

  private static Standing standing(Purse purse, long now) {
    var tokens = purse.tokens;
    return new Standing(tokens.limit(), tokens.remaining(now), tokens.untilFull(now));
  }
}
