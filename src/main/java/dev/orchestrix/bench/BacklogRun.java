package dev.orchestrix.bench;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;

/**
 * Measures how a backlog drains: a node that runs nothing takes the jobs in, and a new one on the
 * same data runs them. More wait in front of them, which a JVM that has just started warms up with;
 * the measure begins when the backlog is down to the size in question. When jobs ended is read from
 * Postgres.
 */
final class BacklogRun {
  private static final String DATA = "backlog";
  private static final Map<String, String> NO_WORK = Map.of("ORCHESTRIX_ROLES", "http");

  /** What is left out at either end, where batches are not whole. */
  private static final double MARGIN = 0.05;

  private final Session session;
  private final Report report;
  private final int batch;
  private final int payloadBytes;
  private final int connections;

  BacklogRun(Session session, Report report, int batch, int payloadBytes, int connections) {
    this.session = session;
    this.report = report;
    this.batch = batch;
    this.payloadBytes = payloadBytes;
    this.connections = connections;
  }

  /**
   * Fills and drains once, and adds what was seen to the report.
   *
   * @param jobs the backlog in question
   * @param ahead jobs that are drained before
   */
  JsonObject round(int jobs, int ahead) {
    var row = new JsonObject().put("backlog", jobs);
    double filling = 0;
    var node = session.ownNode(DATA, NO_WORK);
    report.conditions(
        session.await("Asking the servers", Conditions.of(session.vertx(), node.target())));
    BatchAnswer filled;
    try (var memory = memory(node)) {
      filled = fill(node, ahead + jobs, row);
      filling = memory.mostMib();
    }
    node.stop();

    node = session.ownNode(DATA, Map.of());
    try (var memory = memory(node)) {
      drain(node, filled, row, ahead);
      row.put("redis_max_mib", Math.max(filling, memory.mostMib()));
    }
    node.stop();
    report.row(row);
    return row;
  }

  private BatchAnswer fill(NodeProcess node, int jobs, JsonObject row) {
    session.say("submitting " + jobs + " jobs");
    var load =
        session.await(
            "Connecting to the node",
            ApiConnection.open(session.vertx(), node.target().needHttp(), connections));
    long start = System.nanoTime();
    var answer = session.await("Submitting", new BatchLoad(load, jobs, batch, payloadBytes).run());
    row.put(
        "fill_per_second", Figures.perSecond(jobs, Duration.ofNanos(System.nanoTime() - start)));
    session.await("Closing connections", ApiConnection.close(load));
    return answer;
  }

  private void drain(NodeProcess node, BatchAnswer jobs, JsonObject row, int ahead) {
    session.say("draining");
    var watch =
        session.await(
            "Connecting to the node",
            ApiConnection.open(session.vertx(), node.target().needHttp()));
    var ended = EndedJobs.sinceTheNodeStarted(session, watch);
    var _ = ended.awaitEnd(jobs.accepted(), Future.succeededFuture());
    session.await("Closing connections", watch.close());

    var database = new Database(session.vertx(), node.target().needPostgres());
    var states = session.await("Counting in Postgres", database.states(jobs));
    if (!states.equals(Map.of("SUCCEEDED", (long) jobs.accepted()))) {
      throw new BenchException("Of " + jobs.accepted() + " jobs Postgres says " + states);
    }
    row.put("drain_per_second", rate(database, jobs, ahead));
  }

  /** Without the first {@code ahead} that ended, and without 5 % of the others at either end. */
  private double rate(Database database, BatchAnswer jobs, int ahead) {
    double counted = jobs.accepted() - ahead;
    double margin = MARGIN * counted / jobs.accepted();
    double from = (double) ahead / jobs.accepted() + margin;
    var took =
        session.await("Reading the ends in Postgres", database.between(jobs, from, 1 - margin));
    return Figures.perSecond(Math.round(counted * (1 - 2 * MARGIN)), took);
  }

  private RedisMemory memory(NodeProcess node) {
    return new RedisMemory(session.vertx(), node.target().needRedis());
  }
}
