package dev.orchestrix.node;

import dev.orchestrix.auth.Access;
import dev.orchestrix.bus.Events;
import dev.orchestrix.circuit.Circuits;
import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.http.HttpServerVerticle;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.tenant.Rules;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs on a node, in the order in which it has to stop. */
final class Parts {
  private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

  private final Vertx vertx;
  private final int node;
  private final Postgres postgres;
  private final RedisLink redis;
  private final Streams streams;
  private final Rules rules;
  private final Access access;
  private final Circuits circuits;
  private final Events events;
  private final Meters meters;
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
      Streams streams,
      Rules rules,
      Access access,
      Circuits circuits,
      Events events,
      Meters meters,
      Leadership leadership,
      Membership membership) {
    this.vertx = vertx;
    this.node = node;
    this.postgres = postgres;
    this.redis = redis;
    this.streams = streams;
    this.rules = rules;
    this.access = access;
    this.circuits = circuits;
    this.events = events;
    this.meters = meters;
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

  /** Deploys servers that share a port. */
  Future<?> http(int servers, Supplier<HttpServerVerticle> verticle) {
    var first = verticle.get();
    Future<?> chain = deploy(first, http).onSuccess(_ -> httpPort = first.port());
    for (int i = 1; i < servers; i++) {
      chain = chain.compose(_ -> deploy(verticle.get(), http));
    }
    return chain;
  }

  /** Fails while the node cannot renew its lease: it runs nothing, and others may take its work. */
  Future<Void> leased() {
    return membership.stands()
        ? Future.succeededFuture()
        : Future.failedFuture(
            new EngineException.Unavailable("renew the node's lease in time", null));
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
              rules.stop();
              access.stop();
              circuits.stop();
              meters.close();
              return step("close", Future.join(streams.close(), redis.close(), postgres.close()));
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
