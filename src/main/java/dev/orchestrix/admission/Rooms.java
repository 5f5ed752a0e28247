package dev.orchestrix.admission;

import dev.orchestrix.circuit.Circuits;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.redis.Answers;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Script;
import dev.orchestrix.tenant.Pauses;
import dev.orchestrix.tenant.Rules;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** For how many more jobs there is room soon under the limits that jobs wait for. */
public final class Rooms {

  /** Jobs that are let go at once when nothing holds them any more. */
  private static final int FREE = 500;

  private final RedisLink redis;
  private final Needs needs;
  private final Pauses pauses;
  private final Circuits circuits;

  public Rooms(RedisLink redis, Rules rules, Circuits circuits) {
    this.redis = redis;
    this.pauses = rules.pauses();
    this.circuits = circuits;
    this.needs = new Needs(rules);
  }

  /**
   * How many jobs may be let go, for each reason that has room for some.
   *
   * @param reasons texts of reasons; what has no limit any more, or is unknown, has room
   */
  public Future<Map<String, Integer>> ask(List<String> reasons) {
    var amounts = new LinkedHashMap<String, Integer>();
    var limited = new ArrayList<Need>();
    for (var text : reasons) {
      var reason = Reason.parse(text);
      if (reason.isPresent() && halted(reason.get())) {
        continue;
      }
      reason.flatMap(needs::behind).ifPresentOrElse(limited::add, () -> amounts.put(text, FREE));
    }
    return limited.isEmpty()
        ? Future.succeededFuture(amounts)
        : redis
            .run(Script.ROOM, keys(limited), arguments(limited))
            .map(
                answer -> {
                  for (int i = 0; i < limited.size(); i++) {
                    int room = (int) Math.min(FREE, Answers.number(answer, i));
                    if (room > 0) {
                      amounts.put(limited.get(i).reason().text(), room);
                    }
                  }
                  return amounts;
                });
  }

  private boolean halted(Reason reason) {
    return (reason instanceof Reason.PausedType(var type) && pauses.type(type))
        || (reason instanceof Reason.OpenCircuit(var circuit) && circuits.holds(circuit));
  }

  private static List<String> keys(List<Need> limited) {
    var keys = new ArrayList<>(List.of(Keys.BEGAN));
    for (var need : limited) {
      switch (need) {
        case Need.Tokens one -> keys.add(Question.bucket(one.reason()));
        case Need.Slots one -> {
          keys.add(Keys.slots(one.reason()));
          keys.add(Keys.waiting(one.reason()));
        }
      }
    }
    return keys;
  }

  private static List<String> arguments(List<Need> limited) {
    var arguments = new ArrayList<>(List.of(Integer.toString(limited.size())));
    for (var need : limited) {
      switch (need) {
        case Need.Tokens(_, _, var bucket) -> {
          arguments.add("tokens");
          arguments.add(Long.toString(bucket.ratePerSecond()));
          arguments.add(Long.toString(bucket.capacity()));
        }
        case Need.Slots one -> {
          arguments.add("slots");
          arguments.add(Integer.toString(one.slots()));
          arguments.add(Integer.toString(one.list()));
        }
      }
    }
    return arguments;
  }
}
