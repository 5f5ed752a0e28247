package dev.orchestrix.bench;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;

/** Measures single submissions to one node, again and again. */
final class SubmitRun implements AutoCloseable {
  private final Session session;
  private final int payloadBytes;
  private final List<ApiConnection> load;
  private final ApiConnection watch;

  SubmitRun(Session session, Target node, int connections, int payloadBytes) {
    this.session = session;
    this.payloadBytes = payloadBytes;
    load =
        session.await(
            "Connecting to the node", ApiConnection.open(session.vertx(), node, connections));
    watch = session.await("Connecting to the node", ApiConnection.open(session.vertx(), node));
  }

  /**
   * One round. It ends when the submitted jobs have, so that they are no load for the next.
   *
   * @return rate and latencies, under names that begin with {@code prefix}
   */
  JsonObject round(Duration duration, String prefix) {
    var ended = EndedJobs.fromNow(session, watch);
    var submits = new SubmitLoad(load, duration, payloadBytes);
    var cpu = new ClientCpu();
    var running = submits.run();
    var took = session.await("Submitting", running);
    double client = cpu.microsEach(submits.accepted());
    var _ = ended.awaitEnd(submits.accepted(), running);
    var row = new JsonObject().put(prefix + "per_second", rate(submits, took));
    submits.latencies().into(row, prefix);
    row.put(prefix + "client_cpu_us", client);
    return row;
  }

  @Override
  public void close() {
    session.await("Closing connections", ApiConnection.close(load));
    session.await("Closing connections", watch.close());
  }

  private static double rate(SubmitLoad submits, Duration took) {
    return Figures.perSecond(submits.accepted(), took);
  }
}
