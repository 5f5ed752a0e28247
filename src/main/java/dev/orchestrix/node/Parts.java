package dev.orchestrix.node;

import dev.orchestrix.bus.Events;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs on a node, in the order in which it has to stop. */
final class Parts {
  private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

  private final Vertx vertx;
  private final int node;
  private final Postgres postgres;
  private final RedisLink redis;
  private final Events events;
  private final Leadership leadership;
  private final Membership membership;
  private final List<String> http = new CopyOnWriteArrayList<>();
  private final List<String> dispatchers = new CopyOnWriteArrayList<>();
  private final List<String> executors = new CopyOnWriteArrayList<>();
  private final List<String> schedulers = new CopyOnWriteArrayList<>();
  private volatile int httpPort;

  Parts(
      Vertx vertx,
      int node,
      Postgres postgres,
      RedisLink redis,
      Events events,
      Leadership leadership,
      Membership membership) {
    this.vertx = vertx;
    this.node = node;
    this.postgres = postgres;
    this.redis = redis;
    this.events = events;
    this.leadership = leadership;
    this.membership = membership;
  }

  Vertx vertx() {
    return vertx;
  }

  int node() {
    return node;
  }

  int httpPort() {
    return httpPort;
  }

  void servesAt(int port) {
    httpPort = port;
  }

  Future<?> http(Deployable verticle) {
    return deploy(verticle, http);
  }

  Future<?> dispatcher(Deployable verticle) {
    return deploy(verticle, dispatchers);
  }

  Future<?> executor(Deployable verticle) {
    return deploy(verticle, executors);
  }

  Future<?> scheduler(Deployable verticle) {
    return deploy(verticle, schedulers);
  }

  /** Each step is tried whatever became of the one before. */
  Future<?> stop() {
    return undeploy(http)
        .transform(_ -> undeploy(dispatchers))
        .transform(_ -> undeploy(executors))
        .transform(_ -> undeploy(schedulers))
        .transform(_ -> step("resign", leadership.stop()))
        .transform(_ -> step("leave", membership.leave()))
        .transform(
            _ -> {
              events.stop();
              return step("close", Future.join(redis.close(), postgres.close()));
            });
  }

  private Future<?> deploy(Deployable verticle, List<String> to) {
    return vertx.deployVerticle(verticle).onSuccess(to::add);
  }

  private Future<?> undeploy(List<String> ids) {
    return step("undeploy", Future.join(ids.stream().map(vertx::undeploy).toList()));
  }

  private static Future<?> step(String what, Future<?> future) {
    return future.onFailure(
        e -> LOG.warn("{} failed while stopping; the next step goes on", what, e));
  }
}
