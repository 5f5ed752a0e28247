package dev.orchestrix.redis;

import dev.orchestrix.core.job.Priority;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How much is on the streams, and who decides that more may come. */
public final class Flow {
  private final RedisLink redis;

  public Flow(RedisLink redis) {
    this.redis = redis;
  }

  /**
   * @param lengths entries on the stream of each priority, also those that are being claimed
   * @param done entries acknowledged there since Redis started
   * @param held tenants that wait for tokens, and for how long the feeder leaves them alone
   */
  public record Depths(List<Long> lengths, List<Long> done, Map<String, Duration> held) {}

  public Future<Depths> depths() {
    var keys = new ArrayList<String>();
    for (var priority : Priority.values()) {
      keys.add(Keys.stream(priority));
    }
    keys.add(Keys.FLOW);
    keys.add(Keys.HELD);
    return redis.run(Script.FLOW, keys, List.of()).map(Flow::depths);
  }

  /** Sets how many jobs may be on the stream, and whether new ones wait in the backlog. */
  public Future<Void> set(Priority priority, int window, boolean backlog) {
    return redis
        .send(
            Request.cmd(Command.HSET)
                .arg(Keys.FLOW)
                .arg("window:" + priority.label())
                .arg(window)
                .arg("backlog:" + priority.label())
                .arg(backlog ? 1 : 0))
        .mapEmpty();
  }

  /** A pause after a failure, at most so long: it ends as soon as Redis is there again. */
  public Future<Void> pause(Duration most) {
    return redis.pause(most);
  }

  private static Depths depths(@Nullable Response answer) {
    var lengths = new ArrayList<Long>();
    var done = new ArrayList<Long>();
    var held = new HashMap<String, Duration>();
    if (answer != null) {
      for (int i = 0; i < 3; i++) {
        lengths.add(Answers.number(answer, i));
        done.add(Answers.number(answer, i + 3));
      }
      for (int i = 6; i + 1 < answer.size(); i += 2) {
        held.put(Answers.text(answer, i), Duration.ofMillis(Answers.number(answer, i + 1)));
      }
    }
    return new Depths(lengths, done, held);
  }
}
