package dev.orchestrix.bench;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Times a node from the first request to the end of the last job, again and again. */
final class ThroughputRun implements AutoCloseable {
  private final Session session;
  private final int batch;
  private final int payloadBytes;
  private final List<ApiConnection> load;
  private final ApiConnection watch;
  private final Optional<Database> database;

  ThroughputRun(Session session, Target node, int batch, int payloadBytes, int connections) {
    this.session = session;
    this.batch = batch;
    this.payloadBytes = payloadBytes;
    load =
        session.await(
            "Connecting to the node", ApiConnection.open(session.vertx(), node, connections));
    watch = session.await("Connecting to the node", ApiConnection.open(session.vertx(), node));
    database = node.postgres().map(url -> new Database(session.vertx(), url));
  }

  /**
   * One round.
   *
   * @throws BenchException if a request failed, or Postgres, where it is known, does not say that
   *     exactly these jobs have succeeded
   */
  JsonObject round(int jobs) {
    var ended = EndedJobs.fromNow(session, watch);
    var batches = new BatchLoad(load, jobs, batch, payloadBytes);
    var cpu = new ClientCpu();
    long start = System.nanoTime();
    var submission = batches.run();
    long end = ended.awaitEnd(jobs, submission);
    var answer = session.await("Submitting", submission);
    double client = cpu.microsEach(jobs);
    verify(jobs, answer);
    var took = Duration.ofNanos(end - start);
    return new JsonObject()
        .put("seconds", Figures.seconds(took))
        .put("jobs_per_second", Figures.perSecond(jobs, took))
        .put("client_cpu_us", client)
        .put("verified", database.isPresent());
  }

  /** Ends the connections. */
  @Override
  public void close() {
    session.await("Closing connections", ApiConnection.close(load));
    session.await("Closing connections", watch.close());
  }

  private void verify(int jobs, BatchAnswer answer) {
    if (database.isEmpty()) {
      return;
    }
    var states = session.await("Counting in Postgres", database.get().states(answer));
    if (!states.equals(Map.of("SUCCEEDED", (long) jobs))) {
      throw new BenchException("Of " + jobs + " jobs Postgres says " + states);
    }
  }
}
