package dev.orchestrix.node;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.multimap.MultiMap;
import dev.orchestrix.bus.Addresses;
import dev.orchestrix.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.Set;
import java.util.stream.Collectors;

/** The cluster that a node's event bus spans. */
final class Cluster {

  /** How many event loops a node has. */
  static final int LOOPS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

  /** Where Vert.x keeps who listens to which address. */
  private static final String SUBSCRIPTIONS = "__vertx.subs";

  private final Vertx vertx;
  private final HazelcastClusterManager manager;

  private Cluster(Vertx vertx, HazelcastClusterManager manager) {
    this.vertx = vertx;
    this.manager = manager;
  }

  /** Joins the members that answer, or begins a cluster. */
  static Future<Cluster> join(Settings.Cluster settings) {
    var manager = new HazelcastClusterManager(config(settings));
    var options =
        new VertxOptions()
            .setPreferNativeTransport(true)
            .setEventLoopPoolSize(LOOPS)
            .setEventBusOptions(BusLink.options(settings));
    return Vertx.builder()
        .with(options)
        .withClusterManager(manager)
        .buildClustered()
        .map(vertx -> new Cluster(vertx, manager));
  }

  Vertx vertx() {
    return vertx;
  }

  /** Every address of events that somebody in the cluster listens to. Blocks. */
  Set<String> eventAddresses() {
    HazelcastInstance hazelcast = manager.getHazelcastInstance();
    MultiMap<String, Object> subscriptions = hazelcast.getMultiMap(SUBSCRIPTIONS);
    return subscriptions.keySet().stream()
        .filter(address -> address.startsWith(Addresses.EVENTS))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Config config(Settings.Cluster settings) {
    var config = ConfigUtil.loadConfig();
    config.setClusterName("orchestrix");
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.max.join.seconds", "20");
    config.setProperty("hazelcast.heartbeat.interval.seconds", "2");
    config.setProperty("hazelcast.max.no.heartbeat.seconds", "15");
    // parts of a cluster that lost each other would look for each other after 5 minutes only
    config.setProperty("hazelcast.merge.first.run.delay.seconds", "10");
    config.setProperty("hazelcast.merge.next.run.delay.seconds", "5");
    var network = config.getNetworkConfig();
    network.setPort(settings.port()).setPortAutoIncrement(true);
    if (settings.publicPort() != 0) {
      network.setPublicAddress(settings.host() + ":" + settings.publicPort());
    }
    network.getInterfaces().setEnabled(true).addInterface(settings.host());
    var join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(!settings.members().isEmpty()).setMembers(settings.members());
    return config;
  }
}
