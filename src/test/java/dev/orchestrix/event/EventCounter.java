package dev.orchestrix.event;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.MessageConsumerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An application that joins the cluster of the nodes and hears what becomes of their jobs. A sample
 * as much as a test: plain Vert.x, and no class of Orchestrix.
 */
final class EventCounter extends VerticleBase {
  private static final MessageConsumerOptions OF_DEFAULT_TENANT =
      new MessageConsumerOptions()
          .setAddress("orchestrix.events.default")
          // a batch may be told in one go, and what comes to a full buffer is lost
          .setMaxBufferedMessages(100_000);

  private final Map<String, Set<String>> states = new ConcurrentHashMap<>();
  private volatile JsonObject last = new JsonObject();

  /**
   * Becomes a member of the nodes' cluster.
   *
   * @param host the address that the nodes reach this process at
   * @param members {@code host:port} of some nodes, as in their {@code cluster.members}
   */
  static Future<Vertx> join(String host, List<String> members) {
    var config = ConfigUtil.loadConfig();
    config.setClusterName("orchestrix");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    var network = config.getNetworkConfig();
    network.setPort(0);
    network.getInterfaces().setEnabled(true).addInterface(host);
    network.getJoin().getMulticastConfig().setEnabled(false);
    network.getJoin().getTcpIpConfig().setEnabled(true).setMembers(members);
    return Vertx.builder()
        .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(host)))
        .withClusterManager(new HazelcastClusterManager(config))
        .buildClustered();
  }

  @Override
  public Future<?> start() {
    var consumer = vertx.eventBus().<JsonObject>consumer(OF_DEFAULT_TENANT);
    consumer.handler(message -> count(message.body()));
    return consumer.completion();
  }

  private void count(JsonObject event) {
    last = event;
    states
        .computeIfAbsent(event.getString("id"), _ -> ConcurrentHashMap.newKeySet())
        .add(event.getString("state"));
  }

  /** The states that a job has been heard to be in. */
  Set<String> statesOf(String job) {
    return states.getOrDefault(job, Set.of());
  }

  /** The newest event, or an empty object before the first. */
  JsonObject last() {
    return last;
  }
}
