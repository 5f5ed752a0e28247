package dev.orchestrix.recover;

import dev.orchestrix.store.Postgres;
import dev.orchestrix.transition.CancelRequest;
import dev.orchestrix.transition.Cancels;
import dev.orchestrix.transition.Erasing;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far one tenant has got on its way out, as this leader knows it. Another one begins anew,
 * which does no harm: each step looks at what there is. Not thread-safe.
 *
 * <p>First everything that lives is cancelled, until a look at all jobs has found none. Then it
 * waits until every transaction has ended that may have seen one live, or that was accepting one:
 * from there on nothing can begin to name a job, so what names jobs goes, and then the jobs.
 */
final class Departure {
  private static final int LOOKED_AT = 5000;
  private static final int CANCELLED = 500;

  private final String tenant;
  private final Postgres postgres;
  private final Cancels cancels;
  private final Erasing erasing;

  /** Up to here no job lives. */
  private UUID place = Erasing.BEGINNING;

  /** The first job of this look that lived. */
  private @Nullable UUID first;

  /** When a look was through that had found none, by the clock of Postgres. */
  private @Nullable OffsetDateTime quiet;

  private boolean settled;
  private boolean bare;

  /** Up to here all jobs are gone. */
  private UUID from = Erasing.BEGINNING;

  private int erased;

  Departure(String tenant, Postgres postgres, Cancels cancels, Erasing erasing) {
    this.tenant = tenant;
    this.postgres = postgres;
    this.cancels = cancels;
    this.erasing = erasing;
  }

  String tenant() {
    return tenant;
  }

  /** How many jobs are gone so far. */
  int erased() {
    return erased;
  }

  /** What the next step has come to. */
  enum Step {
    /** There is more to do at once. */
    GOES_ON,
    /** Something has to end first. */
    WAITS,
    /** No job is left, nor anything that names one. */
    BARE
  }

  /**
   * Takes the next step.
   *
   * @param most jobs to erase at once, 1..1000
   */
  Future<Step> step(int most) {
    if (quiet == null) {
      return cancel();
    }
    if (!settled) {
      return settle(quiet);
    }
    if (!bare) {
      return erasing
          .rows(tenant, most)
          .map(
              _ -> {
                bare = true;
                return Step.GOES_ON;
              });
    }
    return erase(most);
  }

  private Future<Step> cancel() {
    return erasing
        .alive(tenant, place, LOOKED_AT)
        .compose(
            found -> {
              if (first == null && !found.jobs().isEmpty()) {
                first = found.jobs().getFirst();
              }
              return cancel(found.jobs()).compose(_ -> next(found.end()));
            });
  }

  private Future<Void> cancel(List<UUID> jobs) {
    Future<Void> chain = Future.succeededFuture();
    for (int from = 0; from < jobs.size(); from += CANCELLED) {
      var some = jobs.subList(from, Math.min(jobs.size(), from + CANCELLED));
      chain =
          chain.compose(
              _ -> cancels.cancel(some.stream().map(Departure::request).toList()).mapEmpty());
    }
    return chain;
  }

  private static CancelRequest request(UUID job) {
    return new CancelRequest(job, "its tenant is being deleted", CancelRequest.USUAL_GRACE);
  }

  /** The next look begins where this one has found the first job that lived. */
  private Future<Step> next(@Nullable UUID end) {
    if (end != null) {
      place = end;
      return Future.succeededFuture(Step.GOES_ON);
    }
    if (first != null) {
      place = before(first);
      first = null;
      return Future.succeededFuture(Step.WAITS);
    }
    return Postgres.during(
            "look at the clock", postgres.reads().preparedQuery(LeavingSql.NOW).execute())
        .map(
            rows -> {
              quiet = rows.iterator().next().getOffsetDateTime(0);
              return Step.GOES_ON;
            });
  }

  private Future<Step> settle(OffsetDateTime moment) {
    return Postgres.during(
            "wait for older transactions",
            postgres.reads().preparedQuery(LeavingSql.SETTLED).execute(Tuple.of(moment)))
        .map(
            rows -> {
              settled = rows.iterator().next().getBoolean(0);
              return settled ? Step.GOES_ON : Step.WAITS;
            });
  }

  /** What lives after all was accepted or made ready while the last look went on. */
  private Future<Step> erase(int most) {
    return erasing
        .erase(tenant, from, Erasing.END, Duration.ZERO, most)
        .map(
            slice -> {
              boolean whole = from.equals(Erasing.BEGINNING) && slice.end() == null;
              erased += slice.erased();
              from = slice.end() == null ? Erasing.BEGINNING : slice.end();
              if (slice.kept() > 0) {
                beginAnew();
                return Step.GOES_ON;
              }
              return whole ? Step.BARE : Step.GOES_ON;
            });
  }

  /** Takes away what was written beside its jobs while they went. */
  Future<Void> sweep(int most) {
    return erasing.rows(tenant, most);
  }

  private void beginAnew() {
    place = Erasing.BEGINNING;
    quiet = null;
    settled = false;
    bare = false;
    from = Erasing.BEGINNING;
  }

  private static UUID before(UUID id) {
    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() - 1);
  }
}
