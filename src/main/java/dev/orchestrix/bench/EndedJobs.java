package dev.orchestrix.bench;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** Counts the jobs that have ended on a node, by asking for its metrics. */
final class EndedJobs {
  private static final List<String> COUNTERS =
      List.of(
          "orchestrix_jobs_succeeded_total",
          "orchestrix_jobs_failed_total",
          "orchestrix_jobs_cancelled_total");
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

  private final Session session;
  private final ApiConnection connection;
  private final long before;

  private EndedJobs(Session session, ApiConnection connection, long before) {
    this.session = session;
    this.connection = connection;
    this.before = before;
  }

  /** Counts what ends from now on. */
  static EndedJobs fromNow(Session session, ApiConnection connection) {
    return new EndedJobs(session, connection, total(session, connection));
  }

  /** How many have ended since. */
  long count() {
    return total(session, connection) - before;
  }

  /**
   * Returns when {@code jobs} have ended. A scrape costs the node milliseconds, so they are rare
   * while the end is far and follow each other by 20 ms when it is near.
   *
   * @param submission the load; when it fails, so does this
   * @return {@link System#nanoTime} when the answer was there that showed it
   */
  long awaitEnd(long jobs, Future<?> submission) {
    long start = System.nanoTime();
    while (true) {
      long ended = count();
      long now = System.nanoTime();
      if (ended >= jobs) {
        return now;
      }
      if (submission.failed()) {
        session.await("Submitting", submission.mapEmpty());
      }
      session.pause(pause(ended, jobs, now - start));
    }
  }

  /** Half the time that is left at the speed so far. */
  static Duration pause(long ended, long jobs, long nanos) {
    long left = ended <= 0 ? nanos : Math.round((double) nanos / ended * (jobs - ended) / 2);
    return Duration.ofNanos(Math.clamp(left, SHORTEST_PAUSE.toNanos(), LONGEST_PAUSE.toNanos()));
  }

  private static long total(Session session, ApiConnection connection) {
    var text = session.await("Reading /metrics", connection.get("/metrics"));
    return COUNTERS.stream().mapToLong(counter -> Scrape.sum(text, counter)).sum();
  }
}
