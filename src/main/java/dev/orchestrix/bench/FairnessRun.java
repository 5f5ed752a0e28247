package dev.orchestrix.bench;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Loads one node with the jobs of many tenants; what became of them is read from Postgres. */
final class FairnessRun implements AutoCloseable {
  private static final int CONNECTIONS = 8;
  private static final int BATCH = 1_000;

  /** Long enough for the estimates of what jobs cost to have settled. */
  private static final Duration SETTLING = Duration.ofSeconds(3);

  /** Few enough for a backlog to last. */
  private static final int SLOTS = 200;

  private static final Map<String, String> NODE =
      Map.of("ORCHESTRIX_EXECUTE_SLOTS", String.valueOf(SLOTS));

  private final Session session;
  private final Target node;
  private final List<ApiConnection> load;
  private final ApiConnection watch;
  private final Database database;

  FairnessRun(Session session) {
    this.session = session;
    this.node = session.ownNode("fairness", NODE).target();
    var vertx = session.vertx();
    load = session.await("Connecting", ApiConnection.open(vertx, node, CONNECTIONS));
    watch = session.await("Connecting", ApiConnection.open(vertx, node));
    database = new Database(vertx, node.needPostgres());
  }

  /** A tenant of the second part: its weight, and how long its jobs run, one after the other. */
  private record Demand(String tenant, int weight, List<Integer> millis) {}

  private static final List<Demand> DEMANDS =
      List.of(
          new Demand("long", 2, List.of(200)),
          new Demand("mixed", 4, List.of(10, 10, 200)),
          new Demand("short", 1, List.of(10)));

  /**
   * The slot time that a tenant got.
   *
   * @param seconds in all
   */
  record Share(String tenant, int weight, double seconds) {
    double perWeight() {
      return seconds / weight;
    }
  }

  JsonObject conditions() {
    return session.await("Asking the servers", Conditions.of(session.vertx(), node));
  }

  /** How long the jobs of light tenants waited while the heavy one had a backlog. */
  JsonObject beside(int heavy, int light, int rate, int seconds) {
    tenant("heavy", 1);
    var bodies = new ArrayList<Buffer>();
    for (int i = 0; i < light; i++) {
      tenant("light-" + i, 1);
      bodies.add(sleep("light-" + i, 10).toBuffer());
    }
    session.say("submitting " + heavy + " jobs of the heavy tenant");
    var ended = EndedJobs.fromNow(session, watch);
    int many = submit(sleep("heavy", 20), heavy);
    session.say("submitting jobs of " + light + " light tenants");
    var paced = new PacedLoad(session.vertx(), load, light * rate, seconds, bodies);
    session.await("Submitting", paced.run());
    var _ = ended.awaitEnd(many + (long) light * rate * seconds, Future.succeededFuture());
    var waits = session.await("Reading the waits", database.waits());
    return waits;
  }

  /** What tenants of different weights got of the slots while each wanted all of them. */
  List<Share> shares(int seconds) {
    for (var demand : DEMANDS) {
      tenant(demand.tenant, demand.weight);
    }
    session.say("submitting jobs of tenants of different weights");
    for (var demand : DEMANDS) {
      double mean = demand.millis.stream().mapToInt(it -> it).average().orElseThrow();
      double all = 3_000.0 * SLOTS * (seconds + SETTLING.toSeconds() + 2);
      int each = (int) (all * demand.weight / 7 / mean / demand.millis.size());
      demand.millis.forEach(millis -> submit(sleep(demand.tenant, millis), each));
    }
    session.pause(SETTLING);
    var from = Instant.now();
    session.pause(Duration.ofSeconds(seconds));
    var to = Instant.now();
    var shares = new ArrayList<Share>();
    for (var demand : DEMANDS) {
      double held =
          session.await("Reading the shares", database.slotSeconds(demand.tenant, from, to));
      shares.add(new Share(demand.tenant, demand.weight, held));
    }
    requireDemand();
    return shares;
  }

  /** Ends the connections. */
  @Override
  public void close() {
    session.await("Closing connections", ApiConnection.close(load));
    session.await("Closing connections", watch.close());
  }

  /** A share says nothing of a tenant that had nothing waiting. */
  private void requireDemand() {
    for (var demand : DEMANDS) {
      if (session.await("Counting", database.pending(demand.tenant)) == 0) {
        throw new BenchException("Tenant " + demand.tenant + " had too few jobs for its share");
      }
    }
  }

  private void tenant(String id, int weight) {
    var body = new JsonObject().put("weight", weight).toBuffer();
    session.await("Making a tenant", watch.put("/api/v1/tenants/" + id, body));
  }

  /** Submits so many jobs, rounded up to whole batches; how many that is. */
  @CanIgnoreReturnValue
  private int submit(JsonObject job, int count) {
    var full = new JsonArray(Collections.nCopies(BATCH, job)).toBuffer();
    int batches = Math.ceilDiv(count, BATCH);
    var sent =
        IntStream.range(0, load.size())
            .mapToObj(lane -> submit(load.get(lane), full, share(batches, lane)))
            .toList();
    session.await("Submitting", Future.all(sent));
    return batches * BATCH;
  }

  private int share(int batches, int lane) {
    return batches / load.size() + (lane < batches % load.size() ? 1 : 0);
  }

  private static Future<Void> submit(ApiConnection connection, Buffer body, int times) {
    return times == 0
        ? Future.succeededFuture()
        : connection
            .create(ApiConnection.BATCH, body)
            .compose(_ -> submit(connection, body, times - 1));
  }

  private static JsonObject sleep(String tenant, int millis) {
    return new JsonObject()
        .put("tenant", tenant)
        .put("type", "sleep")
        .put("payload", new JsonObject().put("duration", millis + "ms"));
  }
}
