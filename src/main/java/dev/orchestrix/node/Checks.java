package dev.orchestrix.node;

import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Map;
import java.util.function.Supplier;

/** What has to work for a node to be ready, by name. */
final class Checks {

  static Map<String, Supplier<Future<Void>>> of(Postgres postgres, RedisLink redis, Parts parts) {
    return Map.of(
        "postgres",
        () ->
            Postgres.during("ask postgres", postgres.reads().preparedQuery("select 1").execute())
                .mapEmpty(),
        "redis",
        () -> redis.send(Request.cmd(Command.PING)).mapEmpty(),
        "lease",
        parts::leased);
  }

  private Checks() {}
}
