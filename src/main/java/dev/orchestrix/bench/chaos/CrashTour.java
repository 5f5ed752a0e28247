package dev.orchestrix.bench.chaos;

import dev.orchestrix.core.fault.CrashPoint;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets a node die at every crash point once, two nodes at a time: one that leads, and one that does
 * not. Whatever they leave is for those after them, and for two whole nodes at the end.
 */
public final class CrashTour implements AutoCloseable {
  private static final Duration DEAD_WITHIN = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  /** A node that others have taken for dead ends before it reaches its point: again, then. */
  private static final int TRIES = 3;

  /** So many jobs at once, so often, until both are dead. */
  private static final int JOBS = 60;

  private static final Duration WITHIN = Duration.ofMillis(1500);

  /** Too few for an entry that was read whole, so that some of it is for others. */
  private static final String SLOTS = "12";

  /** A tenant of whose jobs more come than may start. */
  private static final String LIMITED = "limited";

  private static final double RATE = 10;

  /** A round: where the leader dies, and where the other one does. */
  private record Round(CrashPoint leader, CrashPoint other) {}

  /** The other one's death is what leads the leader to its point, where it needs a reason. */
  private static final List<Round> ROUNDS =
      List.of(
          new Round(CrashPoint.RESTORED, CrashPoint.ASSIGNED),
          new Round(CrashPoint.PUT_BACK, CrashPoint.ADMITTED),
          new Round(CrashPoint.SPREAD, CrashPoint.TAKEN),
          new Round(CrashPoint.DUE, CrashPoint.RELAYED),
          new Round(CrashPoint.RIPENED, CrashPoint.ENDING),
          new Round(CrashPoint.FIRED, CrashPoint.ENDED),
          new Round(CrashPoint.SWEPT, CrashPoint.SUBMITTED),
          new Round(CrashPoint.TAKEN_BACK, CrashPoint.CLAIMED),
          new Round(CrashPoint.FEEDING, CrashPoint.STARTING),
          new Round(CrashPoint.CALLED, CrashPoint.STARTING),
          new Round(CrashPoint.FED, CrashPoint.ACKNOWLEDGED));

  private final Consumer<String> say;
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private final ChaosCluster cluster;
  private final Map<CrashPoint, Integer> exits = new EnumMap<>(CrashPoint.class);

  /**
   * What came of it.
   *
   * @param exits how the node ended that was to die there; {@link CrashPoint#EXIT_CODE} if it did
   * @param accepted jobs that were submitted, as far as anybody knows
   * @param left rows that should not be there at the end, by what they are
   */
  public record Result(
      Map<CrashPoint, Integer> exits, int accepted, List<Violation> verdicts, JsonObject left) {}

  private CrashTour(Consumer<String> say) {
    this.say = say;
    this.cluster = ChaosCluster.start(vertx, client);
  }

  /**
   * Makes the tour. Blocks for about a minute.
   *
   * @param say gets a line now and then for a person who waits
   * @param flags for the nodes' JVMs
   */
  public static Result run(List<String> flags, Consumer<String> say) {
    try (var tour = new CrashTour(say)) {
      return tour.run(flags);
    }
  }

  @Override
  public void close() {
    cluster.close();
    client.shutdownNow();
    vertx.close().await();
  }

  private Result run(List<String> flags) {
    var leader =
        Map.of(
            "ORCHESTRIX_EXECUTE_HEARTBEAT",
            "500ms",
            "ORCHESTRIX_EXECUTE_LEASE",
            "2s",
            "ORCHESTRIX_EXECUTE_SLOTS",
            SLOTS);
    var other = new HashMap<>(leader);
    other.put("ORCHESTRIX_ROLES", "http,dispatcher,executor");
    cluster.make(List.of(leader, other), flags, false);
    cluster.ledger().limit(LIMITED, RATE);
    try (var sink = Sink.open(vertx)) {
      var plain = load(sink, "default");
      var limited = load(sink, LIMITED);
      for (var round : ROUNDS) {
        die(round, round.leader() == CrashPoint.PUT_BACK ? limited : plain);
      }
      say.accept("starting two nodes that go on");
      cluster.nodes().forEach(ChaosNode::start);
      cluster.nodes().forEach(ChaosNode::awaitReady);
      var _ = Pause.until(PATIENCE, this::isClean);
      var moves = cluster.ledger().moves();
      var accepted = new HashSet<>(plain.accepted());
      accepted.addAll(limited.accepted());
      var history = new History(accepted, sink.starts(), moves, List.of());
      return new Result(
          Map.copyOf(exits),
          accepted.size(),
          new Checker(TOLERANCE).judge(history),
          cluster.ledger().left());
    }
  }

  private Load load(Sink sink, String tenant) {
    return new Load(cluster.nodes(), client, new JobMix(1, sink.address(), tenant));
  }

  private boolean isClean() {
    return cluster.ledger().left().stream()
        .allMatch(one -> ((Number) one.getValue()).longValue() == 0);
  }

  private void die(Round round, Load load) {
    for (int i = 0; i < TRIES && !(died(round.leader()) && died(round.other())); i++) {
      var leader = cluster.nodes().getFirst();
      var other = cluster.nodes().getLast();
      say.accept("dying at " + round.leader() + " and " + round.other());
      leader.startOnce(died(round.leader()) ? List.of() : flags(round.leader()));
      other.startOnce(died(round.other()) ? List.of() : flags(round.other()));
      cluster.ledger().endTerms();
      long end = System.nanoTime() + DEAD_WITHIN.toNanos();
      while (alive(leader, round.leader()) || alive(other, round.other())) {
        if (System.nanoTime() - end > 0) {
          break;
        }
        load.submit(JOBS, WITHIN);
      }
      note(round.leader(), leader);
      note(round.other(), other);
    }
  }

  /** Whether its death is still to come. */
  private boolean alive(ChaosNode node, CrashPoint point) {
    return node.alive() && !died(point);
  }

  private void note(CrashPoint point, ChaosNode node) {
    if (!died(point)) {
      exits.put(point, node.exitCode());
    }
    node.kill();
  }

  private boolean died(CrashPoint point) {
    @Nullable Integer exit = exits.get(point);
    return exit != null && exit == CrashPoint.EXIT_CODE;
  }

  private static List<String> flags(CrashPoint point) {
    return List.of("-D" + CrashPoint.PROPERTY + "=" + point);
  }
}
