package dev.orchestrix.bench.chaos;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** What is done to the cluster. */
public enum FaultKind {
  /** A node is killed, and started again. */
  NODE_KILL(true),
  /** A node is stopped for longer than its lease, and goes on. */
  NODE_PAUSE(true),
  /** A node sees the servers and no other node: it is started again as if it were alone. */
  NODE_ALONE(true),
  /** No node can reach another, while all reach the servers; then they can again. */
  NODES_APART(false),
  /** A node's clock jumps by an hour, ahead or back. */
  NODE_CLOCK(true),
  /** Redis forgets everything. */
  REDIS_FLUSH(false),
  /** Redis is killed, and comes back empty. */
  REDIS_KILL(false),
  /** Redis answers nobody for a while. */
  REDIS_PAUSE(false),
  /** Redis forgets its scripts. */
  REDIS_SCRIPT_FLUSH(false),
  /** A node cannot reach Redis. */
  REDIS_PARTITION(true),
  /** Redis does what a node asks, and the node does not hear of it. */
  REDIS_LOST_ANSWERS(true),
  /** What a node says to Redis, and hears from it, comes late. */
  REDIS_SLOW(true),
  /** Postgres is ended at once, and replays its log. */
  POSTGRES_KILL(false),
  /** Postgres ends every session. */
  POSTGRES_TERMINATE(false),
  /** A node cannot reach Postgres, for a moment or for longer than its lease. */
  POSTGRES_PARTITION(true),
  /** Postgres commits what a node writes, and the node does not hear of it. */
  POSTGRES_LOST_ANSWERS(true),
  /** Postgres' streams to a node end, while it still hears the node. */
  POSTGRES_HALF_CLOSE(true),
  /** What a node says to Postgres, and hears from it, comes late. */
  POSTGRES_SLOW(true);

  private final boolean aboutANode;

  FaultKind(boolean aboutANode) {
    this.aboutANode = aboutANode;
  }

  /** Whether it hits one node; otherwise it hits all. */
  boolean aboutANode() {
    return aboutANode;
  }

  /** How long it lasts; what is done in a moment is a moment. */
  Duration hold(Duration lease, RandomGenerator random) {
    return switch (this) {
      case REDIS_FLUSH, REDIS_SCRIPT_FLUSH, POSTGRES_TERMINATE, POSTGRES_HALF_CLOSE ->
          Duration.ZERO;
      case REDIS_KILL, POSTGRES_KILL, NODE_KILL -> Duration.ofSeconds(1);
      case NODE_PAUSE -> lease.multipliedBy(3).dividedBy(2).plusSeconds(1);
      case POSTGRES_PARTITION ->
          random.nextBoolean() ? Duration.ofSeconds(1) : lease.plusSeconds(2);
      case NODES_APART -> Duration.ofSeconds(6);
      case NODE_ALONE, NODE_CLOCK -> Duration.ofSeconds(4);
      case REDIS_PAUSE, REDIS_PARTITION -> Duration.ofSeconds(3);
      case REDIS_LOST_ANSWERS, POSTGRES_LOST_ANSWERS, REDIS_SLOW, POSTGRES_SLOW ->
          Duration.ofSeconds(2);
    };
  }
}
