package dev.orchestrix.bench;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Drains backlogs of as many jobs, which belong to more or fewer tenants, on one warm node: jobs
 * that sleep hold its slots while a backlog is made.
 */
final class TenantsRun implements AutoCloseable {
  private static final int BATCH = 1_000;
  private static final int CONNECTIONS = 8;
  private static final double MARGIN = 0.05;

  private final Session session;
  private final Target node;
  private final int jobs;
  private final List<ApiConnection> load;
  private final ApiConnection watch;
  private final Database database;

  TenantsRun(Session session, int jobs) {
    this.session = session;
    this.jobs = jobs;
    this.node = session.ownNode("tenants", Plug.FITTING).target();
    var vertx = session.vertx();
    load = session.await("Connecting", ApiConnection.open(vertx, node, CONNECTIONS));
    watch = session.await("Connecting", ApiConnection.open(vertx, node));
    database = new Database(vertx, node.needPostgres());
  }

  JsonObject conditions() {
    return session.await("Asking the servers", Conditions.of(session.vertx(), node));
  }

  /** Makes so many tenants. */
  void make(int tenants) {
    session.say("making " + tenants + " tenants");
    var body = new JsonObject().put("weight", 1).toBuffer();
    var lanes =
        IntStream.range(0, load.size())
            .mapToObj(lane -> make(load.get(lane), lane, tenants, body))
            .toList();
    session.await("Making tenants", Future.all(lanes));
  }

  private Future<Void> make(ApiConnection connection, int number, int tenants, Buffer body) {
    return number >= tenants
        ? Future.succeededFuture()
        : connection
            .put("/api/v1/tenants/" + id(number), body)
            .compose(_ -> make(connection, number + load.size(), tenants, body));
  }

  /** A round of each that is not measured. */
  void warmUp(List<Integer> counts) {
    session.say("warming up");
    for (int count : counts) {
      var _ = round(count);
    }
  }

  /** A backlog of so many tenants with equally many jobs each, submitted tenant by tenant. */
  JsonObject round(int tenants) {
    session.say("draining a backlog of " + tenants + " tenants");
    var ended = EndedJobs.fromNow(session, watch);
    var plug = Plug.put(session, watch, database);
    var bodies = bodies(tenants);
    var lanes =
        IntStream.range(0, Math.min(load.size(), bodies.size()))
            .mapToObj(lane -> submit(load.get(lane), bodies, lane))
            .toList();
    session.await("Submitting", Future.all(lanes));
    var answer = lanes.stream().map(Future::result).reduce(BatchAnswer::and).orElseThrow();
    plug.pull();
    var _ = ended.awaitEnd(answer.accepted() + Plug.SLOTS, Future.succeededFuture());
    var took =
        session.await("Reading the ends in Postgres", database.between(answer, MARGIN, 1 - MARGIN));
    return row(tenants, answer, took);
  }

  private static JsonObject row(int tenants, BatchAnswer answer, Duration took) {
    long measured = Math.round(answer.accepted() * (1 - 2 * MARGIN));
    return new JsonObject()
        .put("tenants", tenants)
        .put("drain_per_second", Figures.perSecond(measured, took))
        .put("us_per_job", Figures.tenths(took.toNanos() / 1000.0 / measured));
  }

  private List<Buffer> bodies(int tenants) {
    var bodies = new ArrayList<Buffer>();
    for (int from = 0; from < jobs; from += BATCH) {
      var batch = new JsonArray();
      for (int i = from; i < Math.min(jobs, from + BATCH); i++) {
        batch.add(
            new JsonObject()
                .put("tenant", id((int) ((long) i * tenants / jobs)))
                .put("type", "noop"));
      }
      bodies.add(batch.toBuffer());
    }
    return bodies;
  }

  private Future<BatchAnswer> submit(ApiConnection connection, List<Buffer> bodies, int place) {
    int next = place + load.size();
    var answer =
        connection
            .create(ApiConnection.BATCH, bodies.get(place))
            .map(body -> BatchAnswer.parse(body.toString()));
    return next >= bodies.size()
        ? answer
        : answer.compose(one -> submit(connection, bodies, next).map(one::and));
  }

  private static String id(int number) {
    return "tenant-" + number;
  }

  /** Ends the connections. */
  @Override
  public void close() {
    session.await("Closing connections", ApiConnection.close(load));
    session.await("Closing connections", watch.close());
  }
}
