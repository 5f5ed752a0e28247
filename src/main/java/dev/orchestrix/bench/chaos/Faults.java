package dev.orchestrix.bench.chaos;

import dev.orchestrix.bench.chaos.ChaosCluster.Member;
import dev.orchestrix.bench.chaos.FaultPlan.Planned;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Does to a cluster what a plan says, and undoes it. */
final class Faults {
  private static final Duration SLOW = Duration.ofMillis(60);
  private static final Duration JUMP = Duration.ofHours(1);

  private final ChaosCluster cluster;
  private final List<Instant> wakings = new CopyOnWriteArrayList<>();

  Faults(ChaosCluster cluster) {
    this.cluster = cluster;
  }

  /** When processes that had been stopped went on. */
  List<Instant> wakings() {
    return List.copyOf(wakings);
  }

  /** The fault is there on return. */
  void begin(Planned fault) {
    var member = cluster.members().get(fault.node());
    switch (fault.kind()) {
      case NODE_KILL -> member.node().kill();
      case NODE_PAUSE -> member.node().pause();
      case NODE_ALONE -> {
        member.node().kill();
        member.node().startAlone();
        member.node().awaitReady();
      }
      case NODES_APART -> between(proxy -> partition(proxy, fault.hard()));
      case NODE_CLOCK -> move(member.clock(), fault.hard() ? JUMP.negated() : JUMP);
      case REDIS_FLUSH -> cluster.redis(Command.FLUSHALL);
      case REDIS_KILL -> Signals.KILL.send(cluster.redisPid());
      case REDIS_PAUSE -> Signals.STOP.send(cluster.redisPid());
      case REDIS_SCRIPT_FLUSH -> cluster.redis(Command.SCRIPT, "FLUSH");
      case REDIS_PARTITION -> partition(member.redis(), fault.hard());
      case REDIS_LOST_ANSWERS -> member.redis().loseAnswers();
      case REDIS_SLOW -> member.redis().delay(SLOW);
      case POSTGRES_KILL -> Signals.QUIT.send(cluster.postgresPid());
      case POSTGRES_TERMINATE -> cluster.ledger().terminateSessions();
      case POSTGRES_PARTITION -> partition(member.postgres(), fault.hard());
      case POSTGRES_LOST_ANSWERS -> member.postgres().loseAnswers();
      case POSTGRES_HALF_CLOSE -> member.postgres().halfClose();
      case POSTGRES_SLOW -> member.postgres().delay(SLOW);
    }
  }

  /** The fault itself is over on return, if it is of those that last; what it did is not. */
  void end(Planned fault) {
    var member = cluster.members().get(fault.node());
    switch (fault.kind()) {
      case NODE_KILL -> started(member);
      case NODE_ALONE -> {
        member.node().kill();
        started(member);
      }
      case NODE_PAUSE -> {
        wakings.add(Instant.now());
        member.node().resume();
      }
      case NODES_APART -> between(TcpProxy::pass);
      case NODE_CLOCK -> move(member.clock(), Duration.ZERO);
      case REDIS_PAUSE -> Signals.CONT.send(cluster.redisPid());
      case REDIS_PARTITION, REDIS_LOST_ANSWERS, REDIS_SLOW -> member.redis().pass();
      case POSTGRES_PARTITION, POSTGRES_LOST_ANSWERS, POSTGRES_SLOW -> member.postgres().pass();
      case REDIS_FLUSH,
          REDIS_KILL,
          REDIS_SCRIPT_FLUSH,
          POSTGRES_KILL,
          POSTGRES_TERMINATE,
          POSTGRES_HALF_CLOSE -> {
        // what was killed is started again by those who look after the servers
      }
    }
  }

  private static void started(Member member) {
    member.node().start();
    member.node().awaitReady();
  }

  private void between(Consumer<TcpProxy> change) {
    for (var member : cluster.members()) {
      change.accept(member.membership());
      change.accept(member.bus());
    }
  }

  private static void partition(TcpProxy proxy, boolean hard) {
    if (hard) {
      proxy.cut();
    } else {
      proxy.hold();
    }
  }

  private static void move(Path clock, Duration by) {
    try {
      Files.writeString(clock, Long.toString(by.toMillis()));
    } catch (IOException e) {
      throw new ChaosException("A clock could not be moved: " + e.getMessage(), e);
    }
  }
}
