package dev.orchestrix.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import org.jspecify.annotations.Nullable;

/**
 * Whether Redis still has what the engine told it. A key holds the identity of the server and of
 * its history: it is missing after a restart or {@code FLUSHALL}, and names somebody else after a
 * failover, to a replica that may lack the last writes.
 */
public final class Sentinel {
  private final RedisLink redis;

  public Sentinel(RedisLink redis) {
    this.redis = redis;
  }

  /**
   * What one look found.
   *
   * @param identity of the server that answers now
   * @param marked whether its key says so
   */
  public record Seen(String identity, boolean marked) {}

  public Future<Seen> look() {
    var server = info("server");
    var replication = info("replication");
    var mark = redis.send(Request.cmd(Command.GET).arg(Keys.SENTINEL));
    return Future.all(server, replication, mark)
        .map(
            _ -> {
              var identity =
                  field(server.result(), "run_id")
                      + ":"
                      + field(replication.result(), "master_replid");
              return new Seen(identity, identity.equals(String.valueOf(mark.result())));
            });
  }

  /** Says that the server with this identity has been told everything. */
  public Future<Void> mark(String identity) {
    return redis.send(Request.cmd(Command.SET).arg(Keys.SENTINEL).arg(identity)).mapEmpty();
  }

  private Future<@Nullable String> info(String section) {
    return redis
        .send(Request.cmd(Command.INFO).arg(section))
        .map(answer -> answer == null ? null : answer.toString());
  }

  /**
   * What a server does not tell is the same every time: the missing key is noticed all the same.
   */
  private static String field(@Nullable String info, String name) {
    return info == null
        ? ""
        : info.lines()
            .filter(line -> line.startsWith(name + ":"))
            .map(line -> line.substring(name.length() + 1).strip())
            .findFirst()
            .orElse("");
  }
}
