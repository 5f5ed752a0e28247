package dev.orchestrix.http;

import dev.orchestrix.event.JobWatch;
import dev.orchestrix.query.JobDetail;
import dev.orchestrix.query.JobQueries;
import dev.orchestrix.query.JobSummary;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Waits for jobs to end, without a thread for any of them. */
final class JobWaits {
  private final Vertx vertx;
  private final JobQueries jobs;
  private final JobWatch watch;
  private final Set<Promise<Boolean>> waiting = new LinkedHashSet<>();

  JobWaits(Vertx vertx, JobQueries jobs, JobWatch watch) {
    this.vertx = vertx;
    this.jobs = jobs;
    this.watch = watch;
  }

  /**
   * The job once it has ended, or as it is when patience, or the client, is gone.
   *
   * @param patience zero for no wait
   */
  Future<Optional<JobDetail>> end(UUID id, Duration patience, HttpServerResponse client) {
    return jobs.find(id)
        .compose(
            found -> {
              var open = found.map(JobDetail::summary).filter(job -> !job.state().terminal());
              return open.isEmpty() || patience.isZero()
                  ? Future.succeededFuture(found)
                  : waitFor(open.get(), patience, client).compose(_ -> jobs.find(id));
            });
  }

  /** Answers everybody who waits, now. */
  void stop() {
    List.copyOf(waiting).forEach(one -> one.tryComplete(false));
  }

  /** Whether it has ended. Completes when somebody says so, on time, or when nobody waits. */
  private Future<Boolean> waitFor(JobSummary job, Duration patience, HttpServerResponse client) {
    Promise<Boolean> ended = Promise.promise();
    waiting.add(ended);
    var subscription =
        watch.watch(
            job.tenant(),
            job.id(),
            (standing, _) -> {
              if (standing.state().terminal()) {
                ended.tryComplete(true);
              }
            });
    long timer = vertx.setTimer(patience.toMillis(), _ -> ended.tryComplete(false));
    client.closeHandler(_ -> ended.tryComplete(false));
    // it may have ended between the first look and the subscription
    subscription
        .ready()
        .transform(_ -> jobs.standings(List.of(job.id())))
        .onSuccess(
            standings ->
                Optional.ofNullable(standings.get(job.id()))
                    .filter(standing -> standing.state().terminal())
                    .ifPresent(_ -> ended.tryComplete(true)));
    return ended
        .future()
        .onComplete(
            _ -> {
              waiting.remove(ended);
              subscription.close();
              vertx.cancelTimer(timer);
            });
  }
}
