package dev.orchestrix.admission;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Script;
import dev.orchestrix.tenant.Rules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the tokens of entries that were admitted and whose jobs did not start: of jobs that
 * were cancelled meanwhile, and of second entries of one job.
 */
public final class TokenReturns {
  private static final Logger LOG = LoggerFactory.getLogger(TokenReturns.class);

  private final RedisLink redis;
  private final Needs needs;

  public TokenReturns(RedisLink redis, Rules rules) {
    this.redis = redis;
    this.needs = new Needs(rules);
  }

  /** What cannot be given back is lost: their limits start so many fewer jobs, once. */
  public void unstarted(List<Entry> entries) {
    var back = new LinkedHashMap<Need.Tokens, Long>();
    for (var entry : entries) {
      for (var need : needs.of(entry)) {
        if (need instanceof Need.Tokens tokens) {
          back.merge(tokens, tokens.price(entry), Long::sum);
        }
      }
    }
    if (back.isEmpty()) {
      return;
    }
    var keys = new ArrayList<String>(back.size());
    var arguments = new ArrayList<String>(2 * back.size());
    back.forEach(
        (tokens, amount) -> {
          keys.add(Question.bucket(tokens.reason()));
          arguments.add(Long.toString(tokens.bucket().capacity()));
          arguments.add(Long.toString(amount));
        });
    redis
        .run(Script.REFUND, keys, arguments)
        .onFailure(e -> LOG.warn("tokens of {} entries are lost", entries.size(), e));
  }
}
