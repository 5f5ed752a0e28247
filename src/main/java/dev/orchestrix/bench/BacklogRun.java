package dev.orchestrix.bench;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Measures how backlogs drain, one after the other on one node that is warm: jobs that sleep hold
 * its slots while a backlog is made, and are cancelled then. When jobs ended is read from Postgres.
 */
final class BacklogRun implements AutoCloseable {

  /** What is left out at either end, where batches are not whole. */
  private static final double MARGIN = 0.05;

  /** Of a backlog, to see whether its beginning drains as its end does. */
  private static final double PART = 0.2;

  private final Session session;
  private final Target node;
  private final int batch;
  private final int payloadBytes;
  private final List<ApiConnection> load;
  private final ApiConnection watch;
  private final Database database;

  BacklogRun(Session session, int batch, int payloadBytes, int connections) {
    this.session = session;
    this.node = session.ownNode("backlog", Plug.FITTING).target();
    this.batch = batch;
    this.payloadBytes = payloadBytes;
    var vertx = session.vertx();
    load = session.await("Connecting", ApiConnection.open(vertx, node, connections));
    watch = session.await("Connecting", ApiConnection.open(vertx, node));
    database = new Database(vertx, node.needPostgres());
  }

  JsonObject conditions() {
    return session.await("Asking the servers", Conditions.of(session.vertx(), node));
  }

  /** Runs jobs without measuring. */
  void warmUp(int jobs) {
    session.say("warming up with " + jobs + " jobs");
    var ended = EndedJobs.fromNow(session, watch);
    var submission = submit(jobs);
    var _ = ended.awaitEnd(jobs, submission);
  }

  /** Makes a backlog of so many jobs and drains it. */
  JsonObject round(int jobs) {
    session.say("submitting " + jobs + " jobs");
    var ended = EndedJobs.fromNow(session, watch);
    try (var memory = new RedisMemory(session.vertx(), node.needRedis())) {
      var plug = Plug.put(session, watch, database);
      long start = System.nanoTime();
      var answer = session.await("Submitting", submit(jobs));
      var filling = Duration.ofNanos(System.nanoTime() - start);
      session.say("draining");
      plug.pull();
      var _ = ended.awaitEnd(jobs + Plug.SLOTS, Future.succeededFuture());
      verify(answer);
      return new JsonObject()
          .put("backlog", jobs)
          .put("fill_per_second", Figures.perSecond(jobs, filling))
          .put("drain_per_second", rate(answer, MARGIN, 1 - MARGIN))
          .put("while_long", rate(answer, MARGIN, MARGIN + PART))
          .put("while_short", rate(answer, 1 - MARGIN - PART, 1 - MARGIN))
          .put("redis_max_mib", memory.mostMib());
    }
  }

  /** Ends the connections. */
  @Override
  public void close() {
    session.await("Closing connections", ApiConnection.close(load));
    session.await("Closing connections", watch.close());
  }

  private Future<BatchAnswer> submit(int jobs) {
    return new BatchLoad(load, jobs, batch, payloadBytes).run();
  }

  private void verify(BatchAnswer jobs) {
    var states = session.await("Counting in Postgres", database.states(jobs));
    if (!states.equals(Map.of("SUCCEEDED", (long) jobs.accepted()))) {
      throw new BenchException("Of " + jobs.accepted() + " jobs Postgres says " + states);
    }
  }

  /** How many ended a second, from one fraction of them having ended to another. */
  private double rate(BatchAnswer jobs, double from, double to) {
    var took = session.await("Reading the ends in Postgres", database.between(jobs, from, to));
    return Figures.perSecond(Math.round(jobs.accepted() * (to - from)), took);
  }
}
