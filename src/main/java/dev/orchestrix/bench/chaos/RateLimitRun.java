package dev.orchestrix.bench.chaos;

import dev.orchestrix.bench.RateWindows;
import dev.orchestrix.core.limit.RateLimit;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tenants with rates of all sizes and more jobs than they may start, on two nodes, of which one is
 * killed and started again, beside a Redis that is killed and comes back empty. Blocks; used by one
 * thread.
 */
public final class RateLimitRun implements AutoCloseable {
  private static final int BATCH = 1_000;
  private static final Duration DOWN = Duration.ofSeconds(3);
  private static final Duration SETTLING = Duration.ofSeconds(5);
  private static final long MICROS = 1_000_000;

  private final int tenants;
  private final int mostRate;
  private final @Nullable Duration burst;
  private final Duration phase;
  private final Consumer<String> say;
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ChaosCluster cluster;

  /** A tenant and its limit. */
  private record Limited(String tenant, RateLimit limit) {}

  /** A part of the run, by the clock of Postgres: this machine's. */
  private record Phase(String name, Instant from, Instant to) {}

  /**
   * The worst of all tenants in one part of the run.
   *
   * @param fault what happened at its beginning
   * @param starts in all
   * @param over1 jobs above the bound in the worst window of a second; zero or less if it holds
   * @param over1At when that window begins
   * @param over1Rate the rate of the tenant that it is of
   * @param least1 the least part of rate x t in a window of a second
   * @param rateOfLeast the rate of the tenant that has the least in a window of ten seconds
   */
  public record Row(
      String fault,
      int starts,
      double over1,
      Duration over1At,
      int over1Rate,
      double over10,
      double least1,
      double least10,
      int rateOfLeast) {}

  private RateLimitRun(
      int tenants, int mostRate, @Nullable Duration burst, Duration phase, Consumer<String> say) {
    this.tenants = tenants;
    this.mostRate = mostRate;
    this.burst = burst;
    this.phase = phase;
    this.say = say;
    this.cluster = ChaosCluster.startUnwatched(vertx, client);
  }

  /**
   * Makes a run.
   *
   * @param mostRate the highest rate; the lowest is 1, and the others lie between as powers do
   * @param burst what comes in so long is the burst of each tenant; null for that of a tenant that
   *     says nothing of it
   * @param phase how long each of the three parts is
   * @param say gets a line now and then for a person who waits
   * @throws ChaosException if it could not be made to its end
   */
  public static List<Row> run(
      int tenants, int mostRate, @Nullable Duration burst, Duration phase, Consumer<String> say) {
    try (var run = new RateLimitRun(tenants, mostRate, burst, phase, say)) {
      return run.run();
    }
  }

  @Override
  public void close() {
    cluster.close();
    client.shutdownNow();
    vertx.close().await();
  }

  private List<Row> run() {
    startNodes();
    var limited = limited();
    limited.forEach(this::make);
    submit(limited);
    var phases = phases();
    var rows = new ArrayList<Row>();
    say.accept("reading what started when");
    var starts = cluster.ledger().starts();
    for (var one : phases) {
      rows.add(judge(one, limited, starts));
    }
    return rows;
  }

  private void startNodes() {
    say.accept("starting two nodes");
    cluster.make(Collections.nCopies(2, Map.of()), List.of("-Xmx1g"), false);
    for (var node : cluster.nodes()) {
      node.start();
      node.awaitReady();
    }
  }

  private List<Limited> limited() {
    var limited = new ArrayList<Limited>();
    for (int i = 0; i < tenants; i++) {
      double power = tenants == 1 ? 1 : (double) i / (tenants - 1);
      int rate = (int) Math.round(Math.pow(mostRate, power));
      limited.add(new Limited("tenant-" + i, RateLimit.of(rate, burst(rate))));
    }
    return limited;
  }

  private @Nullable Integer burst(int rate) {
    return burst == null
        ? null
        : (Integer) Math.max(1, Math.toIntExact(rate * burst.toMillis() / 1000));
  }

  private void make(Limited one) {
    var limits = new JsonObject().put("rate", one.limit.rate());
    if (burst != null) {
      limits.put("burst", one.limit.burst());
    }
    var body = new JsonObject().put("limits", limits);
    send("PUT", "/api/v1/tenants/" + one.tenant, body.encode());
  }

  /** More than they can start until the end. */
  private void submit(List<Limited> limited) {
    long seconds = phase.multipliedBy(3).plus(SETTLING).plusSeconds(30).toSeconds();
    say.accept("submitting more than they may start");
    for (var one : limited) {
      var job = new JsonObject().put("tenant", one.tenant).put("type", "noop");
      for (long left = Math.round(one.limit.rate() * seconds) + one.limit.burst();
          left > 0;
          left -= BATCH) {
        int size = (int) Math.min(BATCH, left);
        send("POST", "/api/v1/jobs/batch", new JsonArray(Collections.nCopies(size, job)).encode());
      }
    }
  }

  private List<Phase> phases() {
    Pause.of(SETTLING);
    var steady = Instant.now();
    say.accept("nothing fails");
    Pause.of(phase);
    var killed = Instant.now();
    say.accept("killing a node");
    cluster.nodes().getLast().kill();
    Pause.of(DOWN);
    cluster.nodes().getLast().start();
    cluster.nodes().getLast().awaitReady();
    Pause.of(phase.minus(Duration.between(killed, Instant.now())));
    var flushed = Instant.now();
    say.accept("killing Redis");
    Signals.KILL.send(cluster.redisPid());
    Pause.of(phase);
    return List.of(
        new Phase("none", steady, killed),
        new Phase("node killed, started again", killed, flushed),
        new Phase("redis killed, came back empty", flushed, Instant.now()));
  }

  private static Row judge(Phase phase, List<Limited> limited, Map<String, long[]> starts) {
    long from = micros(phase.from);
    long to = micros(phase.to);
    int count = 0;
    double over1 = Double.NEGATIVE_INFINITY;
    int over1Rate = 0;
    var over1At = Duration.ZERO;
    double over10 = Double.NEGATIVE_INFINITY;
    double least1 = 1;
    double least10 = 1;
    int rateOfLeast = 0;
    for (var one : limited) {
      var all = starts.getOrDefault(one.tenant, new long[0]);
      var here = Arrays.stream(all).filter(it -> it >= from && it < to).toArray();
      var windows = new RateWindows(here, one.limit);
      count += here.length;
      double over = windows.overshoot(1);
      if (over > over1) {
        over1 = over;
        over1Rate = (int) one.limit.rate();
        over1At = Duration.of(windows.crowded(1) - from, ChronoUnit.MICROS);
      }
      over10 = Math.max(over10, windows.overshoot(10));
      least1 = Math.min(least1, windows.fulfilment(1, from, to));
      double fulfilled = windows.fulfilment(10, from, to);
      rateOfLeast = fulfilled < least10 ? (int) one.limit.rate() : rateOfLeast;
      least10 = Math.min(least10, fulfilled);
    }
    return new Row(
        phase.name, count, over1, over1At, over1Rate, over10, least1, least10, rateOfLeast);
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * MICROS + instant.getNano() / 1000;
  }

  private void send(String method, String path, String body) {
    var request =
        HttpRequest.newBuilder(cluster.nodes().getFirst().http().resolve(path))
            .timeout(Duration.ofSeconds(30))
            .header("content-type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    try {
      var answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new ChaosException(path + " answered " + answer.statusCode() + " " + answer.body());
      }
    } catch (IOException e) {
      throw new ChaosException(path + " failed: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChaosException("Interrupted", e);
    }
  }
}
