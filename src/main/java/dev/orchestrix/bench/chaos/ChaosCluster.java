package dev.orchestrix.bench.chaos;

import dev.orchestrix.embedded.EmbeddedServers;
import dev.orchestrix.store.Migrations;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A Postgres, a Redis, and nodes that reach both, and each other, through proxies, in a temporary
 * folder that {@link #close} deletes. All of it ends with this process, too.
 */
final class ChaosCluster implements AutoCloseable {
  private static final Duration REDIS_PATIENCE = Duration.ofSeconds(20);

  /** A node, and its ways to the servers. */
  record Member(
      ChaosNode node,
      TcpProxy postgres,
      TcpProxy redis,
      TcpProxy membership,
      TcpProxy bus,
      Path clock) {}

  private final Vertx vertx;
  private final HttpClient client;
  private final Path folder;
  private final EmbeddedServers servers;
  private final FreePorts ports = new FreePorts();
  private final List<Member> members = new ArrayList<>();
  private final Thread onExit = new Thread(this::stop, "chaos-cluster");

  private ChaosCluster(Vertx vertx, HttpClient client, Path folder, EmbeddedServers servers) {
    this.vertx = vertx;
    this.client = client;
    this.folder = folder;
    this.servers = servers;
  }

  /** Starts the servers, with the schema and a watch on it; no node yet. */
  static ChaosCluster start(Vertx vertx, HttpClient client) {
    var cluster = startUnwatched(vertx, client);
    cluster.ledger().watch();
    return cluster;
  }

  /** The same without the watch, which costs Postgres a row for every move. */
  static ChaosCluster startUnwatched(Vertx vertx, HttpClient client) {
    try {
      var folder = Files.createTempDirectory("orchestrix-chaos-");
      var cluster = new ChaosCluster(vertx, client, folder, EmbeddedServers.ephemeral());
      Runtime.getRuntime().addShutdownHook(cluster.onExit);
      var _ = new Migrations(cluster.servers.postgresUrl()).up();
      return cluster;
    } catch (IOException e) {
      throw new ChaosException("Cannot make a temporary folder: " + e.getMessage(), e);
    }
  }

  Ledger ledger() {
    return new Ledger(vertx, servers.postgresUrl());
  }

  /**
   * Makes nodes that know each other, and starts none.
   *
   * @param settings of each, by variable
   * @param withClock whether their clocks can be moved
   */
  void make(List<Map<String, String>> settings, List<String> flags, boolean withClock) {
    var clusterPorts = settings.stream().map(_ -> ports.next()).toList();
    var memberships = clusterPorts.stream().map(TcpProxy::to).toList();
    var known = memberships.stream().map(proxy -> "127.0.0.1:" + proxy.port()).toList();
    var agent = withClock ? ClockAgent.jarIn(folder) : null;
    for (int i = 0; i < settings.size(); i++) {
      var clock = folder.resolve("clock-" + i);
      var postgres = TcpProxy.toPostgres(servers.postgresUrl().getPort());
      var redis = TcpProxy.to(servers.redisUrl().getPort());
      var membership = memberships.get(i);
      int busPort = ports.next();
      var bus = TcpProxy.to(busPort);
      var own = new HashMap<>(settings.get(i));
      own.put("ORCHESTRIX_CLUSTER_PUBLIC_PORT", Integer.toString(membership.port()));
      own.put("ORCHESTRIX_CLUSTER_BUS_PORT", Integer.toString(busPort));
      own.put("ORCHESTRIX_CLUSTER_PUBLIC_BUS_PORT", Integer.toString(bus.port()));
      var all = new ArrayList<>(flags);
      if (agent != null) {
        all.add("-javaagent:" + agent + "=" + clock);
      }
      var spec =
          new NodeSpec(
              through(postgres, servers.postgresUrl()),
              through(redis, servers.redisUrl()),
              ports.next(),
              clusterPorts.get(i),
              known,
              all,
              own);
      var node = new ChaosNode(spec, folder.resolve("node-" + i + ".log"), client);
      members.add(new Member(node, postgres, redis, membership, bus, clock));
    }
  }

  List<Member> members() {
    return members;
  }

  List<ChaosNode> nodes() {
    return members.stream().map(Member::node).toList();
  }

  long postgresPid() {
    return servers.postgresProcess().pid();
  }

  long redisPid() {
    return servers.redisProcess().pid();
  }

  /** Has Redis do something, past every proxy. */
  void redis(Command command, String... arguments) {
    var request = Request.cmd(command);
    for (var argument : arguments) {
      request.arg(argument);
    }
    var redis = Redis.createClient(vertx, servers.redisUrl().toString());
    try {
      var _ =
          redis
              .send(request)
              .eventually(redis::close)
              .await(REDIS_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new ChaosException("Redis did not answer in time", late);
    }
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(onExit);
    stop();
  }

  /** Whatever was stopped goes on first: a stopped process hears nothing else. */
  private synchronized void stop() {
    members.forEach(member -> member.node().close());
    members.forEach(member -> member.postgres().close());
    members.forEach(member -> member.redis().close());
    members.forEach(member -> member.membership().close());
    members.forEach(member -> member.bus().close());
    Signals.CONT.send(redisPid());
    servers.close();
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(ChaosCluster::delete);
    } catch (IOException | UncheckedIOException e) {
      throw new ChaosException(folder + " could not be deleted: " + e.getMessage(), e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static URI through(TcpProxy proxy, URI server) {
    return URI.create(
        server.getScheme()
            + "://"
            + server.getRawUserInfo()
            + "@127.0.0.1:"
            + proxy.port()
            + server.getRawPath());
  }
}
