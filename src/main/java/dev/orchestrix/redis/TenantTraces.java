package dev.orchestrix.redis;

import dev.orchestrix.core.limit.Reason;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;

/**
 * What Redis knows of a tenant by its name. Entries on the streams are dropped when they are
 * claimed, and buckets of its keys go when they are full.
 */
public final class TenantTraces {
  private final RedisLink redis;

  public TenantTraces(RedisLink redis) {
    this.redis = redis;
  }

  /** Forgets a tenant whose jobs are gone. */
  public Future<Void> forget(String tenant) {
    var rate = new Reason.TenantRate(tenant);
    var slots = new Reason.TenantSlots(tenant);
    return Future.join(
            redis.send(
                Request.cmd(Command.DEL)
                    .arg(Keys.bucket(tenant))
                    .arg(Keys.bucket(rate.text()))
                    .arg(Keys.slots(slots))
                    .arg(Keys.waiting(slots))),
            Future.join(
                List.of(Keys.HELD, Keys.COUNTED, Keys.WAITING).stream()
                    .map(
                        key ->
                            redis.send(
                                Request.cmd(Command.HDEL).arg(key).arg(tenant).arg(slots.text())))
                    .toList()))
        .mapEmpty();
  }
}
