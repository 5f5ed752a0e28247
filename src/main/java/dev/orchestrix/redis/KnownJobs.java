package dev.orchestrix.redis;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.limit.Reason;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which jobs Redis has entries of, and for which attempts, wherever they are. */
public final class KnownJobs {

  /** Of each key; behind them jobs count as unknown, which gives them a second entry. */
  private static final int MOST = 200_000;

  private final RedisLink redis;

  public KnownJobs(RedisLink redis) {
    this.redis = redis;
  }

  /**
   * Looks at the places in the order in which entries go from one to the next, so that one that
   * moves meanwhile is seen at least once.
   */
  public Future<Set<Entry>> entries() {
    var known = new HashSet<Entry>();
    return Future.all(
            Arrays.stream(Priority.values()).map(it -> stream(Keys.stream(it), known)).toList())
        .compose(_ -> lists(known))
        .compose(_ -> members(Request.cmd(Command.ZRANGE).arg(Keys.PARKED), known))
        .compose(_ -> stream(Keys.ADMITTED, known))
        .map(known);
  }

  private Future<?> stream(String key, Set<Entry> to) {
    var range = Request.cmd(Command.XRANGE).arg(key).arg("-").arg("+").arg("COUNT").arg(MOST);
    return redis.send(range).onSuccess(entries -> each(entries, one -> entry(one, to)));
  }

  private Future<?> lists(Set<Entry> to) {
    return redis
        .send(Request.cmd(Command.HKEYS).arg(Keys.WAITING))
        .compose(
            names -> {
              var calls = new ArrayList<Future<?>>();
              each(
                  names,
                  name ->
                      Reason.parse(name.toString())
                          .map(Keys::waiting)
                          .map(list -> members(Request.cmd(Command.LRANGE).arg(list), to))
                          .ifPresent(calls::add));
              return calls.isEmpty() ? Future.succeededFuture() : Future.all(calls);
            });
  }

  private Future<?> members(Request range, Set<Entry> to) {
    return redis
        .send(range.arg(0).arg(MOST - 1))
        .onSuccess(values -> each(values, value -> add(value.toString(), to)));
  }

  private static void entry(Response entry, Set<Entry> to) {
    var fields = entry.size() < 2 ? null : entry.get(1);
    if (fields != null && fields.size() > 0) {
      add(String.valueOf(fields.isMap() ? fields.get("j") : fields.get(1)), to);
    }
  }

  /** The entries of a value; what is none of this engine is passed over. */
  private static void add(String value, Set<Entry> to) {
    value.lines().forEach(line -> parse(line).ifPresent(to::add));
  }

  private static Optional<Entry> parse(String line) {
    try {
      return Optional.of(Entry.parse(line));
    } catch (RuntimeException foreign) {
      return Optional.empty();
    }
  }

  private static void each(@Nullable Response all, Consumer<Response> what) {
    if (all != null) {
      all.forEach(what);
    }
  }
}
