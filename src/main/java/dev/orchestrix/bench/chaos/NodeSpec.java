package dev.orchestrix.bench.chaos;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a node is started.
 *
 * @param postgres as the node is to reach it
 * @param redis as the node is to reach it
 * @param members of the cluster, this node among them
 * @param flags for its JVM
 * @param settings by variable, besides those that follow from the rest
 */
record NodeSpec(
    URI postgres,
    URI redis,
    int httpPort,
    int clusterPort,
    List<String> members,
    List<String> flags,
    Map<String, String> settings) {

  /**
   * @param alone whether it is to know no other node
   */
  Map<String, String> environment(boolean alone) {
    var all = new HashMap<>(settings);
    all.put("ORCHESTRIX_AUTH_MODE", "none");
    all.put("ORCHESTRIX_POSTGRES_URL", postgres.toString());
    all.put("ORCHESTRIX_REDIS_URL", redis.toString());
    all.put("ORCHESTRIX_HTTP_PORT", Integer.toString(httpPort));
    all.put("ORCHESTRIX_CLUSTER_PORT", Integer.toString(clusterPort));
    all.put("ORCHESTRIX_CLUSTER_MEMBERS", alone ? "" : String.join(",", members));
    all.put("ORCHESTRIX_HTTP_CLIENT_ALLOW_PRIVATE", "true");
    return all;
  }
}
