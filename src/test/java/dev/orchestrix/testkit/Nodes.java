package dev.orchestrix.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The nodes of a test, each a process of its own, one cluster on loopback beside the servers of a
 * {@link Lab}. After the test they are killed; what they said is printed if it failed. For a field
 * with {@code @RegisterExtension}.
 */
public final class Nodes implements AfterEachCallback {
  private static final int MOST = 5;

  private final Lab lab;
  private final Map<String, String> settings = new HashMap<>();
  private final List<Integer> clusterPorts =
      IntStream.generate(FreePort::any).distinct().limit(MOST).boxed().toList();
  private final List<Child> started = new ArrayList<>();

  private Nodes(Lab lab) {
    this.lab = lab;
  }

  /** Nodes whose lease is short, so that one that has died is found soon. */
  public static Nodes beside(Lab lab) {
    return new Nodes(lab).with("EXECUTE_HEARTBEAT", "300ms").with("EXECUTE_LEASE", "3s");
  }

  /**
   * Nodes that are started from now on have this setting.
   *
   * @param name of the variable without {@code ORCHESTRIX_}
   */
  public Nodes with(String name, String value) {
    settings.put("ORCHESTRIX_" + name, value);
    return this;
  }

  /** Nodes that are started from now on have this setting no more. */
  public Nodes without(String name) {
    settings.remove("ORCHESTRIX_" + name);
    return this;
  }

  /** Starts a node with all roles; returns when it is ready. */
  public ChildNode start() {
    return start("http,dispatcher,executor,scheduler");
  }

  /**
   * Starts a node with some roles; returns when it is ready. One after the other is the fastest:
   * nodes that start at once wait five seconds for each other before one of them begins a cluster.
   */
  public ChildNode start(String roles) {
    if (started.size() == MOST) {
      throw new IllegalStateException("the cluster has ports for no more than " + MOST);
    }
    int httpPort = FreePort.any();
    var environment = new HashMap<>(settings);
    environment.put("ORCHESTRIX_AUTH_MODE", "none");
    environment.put("ORCHESTRIX_POSTGRES_URL", lab.settings().postgres().url().toString());
    environment.put("ORCHESTRIX_REDIS_URL", lab.settings().redis().url().toString());
    environment.put("ORCHESTRIX_HTTP_PORT", Integer.toString(httpPort));
    environment.put("ORCHESTRIX_CLUSTER_PORT", clusterPorts.get(started.size()).toString());
    environment.put("ORCHESTRIX_CLUSTER_MEMBERS", String.join(",", members()));
    var child = Child.start(environment, "node", "--roles", roles);
    started.add(child);
    int number = Integer.parseInt(child.awaitLine("node=(\\d+) ready").group(1));
    return new ChildNode(child, number, Api.onPort(httpPort));
  }

  /** {@code host:port} of every node that there may be, for others who join. */
  public List<String> members() {
    return clusterPorts.stream().map(port -> "127.0.0.1:" + port).toList();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      System.err.println(started.stream().map(Nodes::said).collect(Collectors.joining("\n")));
    }
    started.forEach(Child::close);
    started.clear();
  }

  private static String said(Child node) {
    return "--- process " + node.pid() + " said:\n" + node.lastWords();
  }
}
