package dev.orchestrix.bench;

import java.time.Duration;

/** Times the bare loop, again and again, on the same servers. */
final class LimitRun {
  private final Session session;
  private final Target target;
  private final int batch;
  private final int payloadBytes;
  private final int connections;

  LimitRun(Session session, Target target, int batch, int payloadBytes, int connections) {
    this.session = session;
    this.target = target;
    this.batch = batch;
    this.payloadBytes = payloadBytes;
    this.connections = connections;
  }

  /**
   * One round in new tables, which are gone afterwards.
   *
   * @param jobs rounded up to whole batches
   * @throws BenchException if a step failed, or not all jobs had ended in Postgres
   */
  double jobsPerSecond(int jobs) {
    int whole = Math.ceilDiv(jobs, batch) * batch;
    try (var servers =
        BareLoopServers.open(session, target.needPostgres(), target.needRedis(), connections)) {
      long start = System.nanoTime();
      session.await("The bare loop", new BareLoop(servers, whole, batch, payloadBytes).run());
      var took = Duration.ofNanos(System.nanoTime() - start);
      long succeeded = servers.succeeded();
      if (succeeded != whole) {
        throw new BenchException(succeeded + " of the bare loop's " + whole + " jobs have ended");
      }
      return Figures.perSecond(whole, took);
    }
  }
}
