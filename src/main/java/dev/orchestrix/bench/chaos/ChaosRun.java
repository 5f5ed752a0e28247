package dev.orchestrix.bench.chaos;

import dev.orchestrix.bench.chaos.ChaosResult.Happened;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One run: a cluster, a load, faults, and the judgement. Blocks; used by one thread. */
public final class ChaosRun implements AutoCloseable {
  /** The rest of a cluster's work, such as leases that go with the next job, may take so long. */
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(30);

  private static final Duration REQUESTS_END_WITHIN = Duration.ofMinutes(1);

  private final ChaosOptions options;
  private final Consumer<String> say;
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private final ChaosCluster cluster;
  private final Faults faults;

  private ChaosRun(ChaosOptions options, Consumer<String> say) {
    this.options = options;
    this.say = say;
    this.cluster = ChaosCluster.start(vertx, client);
    this.faults = new Faults(cluster);
  }

  /**
   * Makes a run.
   *
   * @param say gets a line now and then for a person who waits
   * @throws ChaosException if it could not be made to its end
   */
  public static ChaosResult run(ChaosOptions options, Consumer<String> say) {
    try (var run = new ChaosRun(options, say)) {
      return run.run();
    }
  }

  @Override
  public void close() {
    cluster.close();
    client.shutdownNow();
    vertx.close().await();
  }

  private ChaosResult run() {
    startNodes();
    try (var sink = Sink.open(vertx)) {
      var load =
          new Load(cluster.nodes(), client, new JobMix(options.seed(), sink.address(), "default"));
      var begin = Instant.now();
      var happened = underLoad(load);
      say.accept("all is submitted; waiting for the last jobs");
      boolean ended = Pause.until(options.patience(), () -> cluster.ledger().live() == 0);
      var left = left(ended);
      return judge(begin, load, sink, happened, left);
    }
  }

  private void startNodes() {
    say.accept("starting " + options.nodes() + " nodes");
    var settings =
        Map.of(
            "ORCHESTRIX_EXECUTE_HEARTBEAT", options.heartbeat().toMillis() + "ms",
            "ORCHESTRIX_EXECUTE_LEASE", options.lease().toMillis() + "ms");
    cluster.make(
        Collections.nCopies(options.nodes(), settings),
        options.flags(),
        options.kinds().contains(FaultKind.NODE_CLOCK));
    for (var node : cluster.nodes()) {
      node.start();
      node.awaitReady();
    }
  }

  private List<Happened> underLoad(Load load) {
    var submitting =
        CompletableFuture.runAsync(
            () -> load.submit(options.jobs(), options.loaded()),
            task -> Thread.ofPlatform().name("chaos-load").daemon().start(task));
    try {
      Pause.of(options.warmUp());
      var happened = doAll();
      submitting.get(options.loaded().plus(REQUESTS_END_WITHIN).toMillis(), TimeUnit.MILLISECONDS);
      return happened;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChaosException("Interrupted", e);
    } catch (java.util.concurrent.ExecutionException | CompletionException e) {
      throw new ChaosException("The load failed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new ChaosException("The load did not end", e);
    } finally {
      load.stop();
    }
  }

  private JsonObject lostWrites() {
    var sums = new JsonObject();
    for (var write : PostgresEar.Write.values()) {
      int sum =
          cluster.members().stream()
              .mapToInt(one -> one.postgres().lostWrites().getOrDefault(write, 0))
              .sum();
      sums.put(write.name().toLowerCase(Locale.ROOT), sum);
    }
    return sums;
  }

  private List<Happened> doAll() {
    var plan =
        FaultPlan.of(
            options.seed(),
            options.kinds(),
            options.nodes(),
            options.lease(),
            options.faults(),
            options.rest());
    var happened = new ArrayList<Happened>();
    long began = System.nanoTime();
    for (var next : plan) {
      Pause.until(began + next.at().toNanos());
      say.accept(describe(happened.size() + 1, plan.size(), next));
      var at = Instant.now();
      faults.begin(next);
      Pause.of(next.hold());
      faults.end(next);
      happened.add(new Happened(next, at, Instant.now()));
    }
    Pause.until(began + options.faults().toNanos());
    return happened;
  }

  private static String describe(int number, int of, FaultPlan.Planned fault) {
    var where = fault.kind().aboutANode() ? " on node " + fault.node() : "";
    return "fault %d of %d: %s%s".formatted(number, of, fault.kind(), where);
  }

  /** What stays although the cluster had time to tidy up; after a failed run at once. */
  private JsonObject left(boolean ended) {
    if (ended) {
      var _ = Pause.until(SETTLED_WITHIN, () -> isClean(cluster.ledger().left()));
    }
    return cluster.ledger().left();
  }

  private static boolean isClean(JsonObject left) {
    return left.stream().allMatch(one -> ((Number) one.getValue()).longValue() == 0);
  }

  private ChaosResult judge(
      Instant begin, Load load, Sink sink, List<Happened> happened, JsonObject left) {
    say.accept("reading what happened");
    var moves = cluster.ledger().moves();
    var history = new History(load.accepted(), sink.starts(), moves, faults.wakings());
    return new ChaosResult(
        options.seed(),
        options.jobs(),
        load.accepted().size(),
        load.refused(),
        load.unknown(),
        history.starts().size(),
        cluster.nodes().stream().mapToInt(ChaosNode::endedByItself).sum(),
        cluster.members().stream()
            .mapToInt(one -> one.postgres().lost() + one.redis().lost())
            .sum(),
        lostWrites(),
        new FaultTable(moves, begin).rows(happened),
        new Checker(options.tolerance()).judge(history),
        left,
        NodeCounters.violations(cluster.nodes()));
  }
}
