package dev.orchestrix.recover;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Looks once at everything that the audit looks at in the course of time. */
public final class Doctor {
  private static final int JOBS = 20_000;
  private static final int LEASES = 1000;
  private static final int NAMES = 10_000;

  private final Vertx vertx;
  private final Checkup checkup;

  public Doctor(Vertx vertx, Checkup checkup) {
    this.vertx = vertx;
    this.checkup = checkup;
  }

  /**
   * Looks at every job, every lease and whatever else names jobs, and after a while once more at
   * what looked broken.
   *
   * @param between longer than any move of a job takes
   * @return what is broken; nothing was changed
   */
  public Future<List<Suspect>> examine(Duration between) {
    var found = new LinkedHashSet<Suspect>();
    return jobs(Checkup.BEGINNING, found)
        .compose(_ -> leases(Checkup.BEGINNING, found))
        .compose(_ -> names(checkup.places(), found))
        .compose(
            _ ->
                found.isEmpty()
                    ? Future.succeededFuture(List.<Suspect>of())
                    : vertx
                        .timer(Math.max(1, between.toMillis()), TimeUnit.MILLISECONDS)
                        .compose(_ -> checkup.again(found)));
  }

  private Future<Void> jobs(UUID after, Set<Suspect> found) {
    return checkup
        .jobs(after, JOBS)
        .compose(
            slice -> {
              found.addAll(slice.suspects());
              var end = slice.end();
              return end == null ? Future.succeededFuture() : jobs(end, found);
            });
  }

  private Future<Void> names(Places places, Set<Suspect> found) {
    return places
        .next(NAMES)
        .compose(
            slice -> {
              found.addAll(slice.suspects());
              return slice.last() ? Future.succeededFuture() : names(places, found);
            });
  }

  private Future<Void> leases(UUID after, Set<Suspect> found) {
    return checkup
        .leases(after, LEASES)
        .compose(
            slice -> {
              found.addAll(slice.suspects());
              var end = slice.end();
              return end == null ? Future.succeededFuture() : leases(end, found);
            });
  }
}
