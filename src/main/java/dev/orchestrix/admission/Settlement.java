package dev.orchestrix.admission;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Script;
import dev.orchestrix.tenant.Rules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles with rates what did not go as it was admitted: jobs that did not start at all, and jobs
 * that started late. For one thread.
 */
public final class Settlement {
  private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

  /** Redis hears so much later at most of what has started. */
  private static final long SPARED_AFTER_MILLIS = 1000;

  private final RedisLink redis;
  private final Needs needs;
  private final LateStarts late;

  public Settlement(RedisLink redis, Rules rules) {
    this.redis = redis;
    this.needs = new Needs(rules);
    this.late = new LateStarts(needs);
  }

  /**
   * Gives back the tokens of entries that were admitted and whose jobs did not start: of jobs that
   * were cancelled meanwhile, and of second entries of one job. What cannot be given back is lost:
   * their limits start so many fewer jobs, once.
   */
  public void unstarted(List<Entry> entries) {
    var back = new LinkedHashMap<Need.Tokens, Long>();
    for (var entry : entries) {
      for (var need : needs.of(entry)) {
        if (need instanceof Need.Tokens tokens) {
          back.merge(tokens, tokens.price(entry), Long::sum);
        }
      }
    }
    settle(back, 0);
  }

  /**
   * These were admitted so long ago and have started now. Where that is later than usual, those
   * behind them begin as much later: else more would begin together than the limit says. Not where
   * the bucket had so much room that nothing of what came in meanwhile was to be lost.
   *
   * @param agedNanos how long ago Redis was asked
   * @param nowNanos {@link System#nanoTime}
   */
  public void started(List<Delivery> deliveries, long agedNanos, long nowNanos) {
    var lost = late.lost(deliveries, agedNanos, nowNanos);
    settle(lost.always(), 0);
    settle(lost.unlessLow(), SPARED_AFTER_MILLIS + TimeUnit.NANOSECONDS.toMillis(agedNanos));
  }

  /**
   * @param lowMillis how long a bucket must have been less than half full to be spared; 0 if it
   *     never is
   */
  private void settle(Map<Need.Tokens, Long> amounts, long lowMillis) {
    if (amounts.isEmpty()) {
      return;
    }
    var keys = new ArrayList<String>(amounts.size());
    var arguments = new ArrayList<String>(3 * amounts.size());
    amounts.forEach(
        (tokens, amount) -> {
          keys.add(Question.bucket(tokens.reason()));
          arguments.add(Long.toString(tokens.bucket().capacity()));
          arguments.add(Long.toString(amount));
          arguments.add(Long.toString(lowMillis));
        });
    redis
        .run(Script.SETTLE, keys, arguments)
        .onFailure(e -> LOG.warn("{} rates are not settled with", keys.size(), e));
  }
}
