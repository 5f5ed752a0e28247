package dev.orchestrix.recover;

import dev.orchestrix.core.job.Priority;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.store.Chore;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks all the time, a little at a time, whether what must hold does, and mends what does not. */
public final class Audit implements Chore {
  private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
  private static final int JOBS = 10_000;
  private static final int NEWEST = 2000;
  private static final int LEASES = 200;
  private static final int NAMES = 5_000;

  /** More suspects than that are looked at when these are done with. */
  private static final int MOST_SUSPECTS = 2000;

  private final Checkup checkup;
  private final Places places;
  private final Gates gates;
  private final Meters meters;
  private final Rhythm rhythm;
  private final Set<Suspect> suspects = new HashSet<>();
  private UUID job = Checkup.BEGINNING;
  private UUID lease = Checkup.BEGINNING;

  /**
   * @param pause between two turns; what is suspected in one is looked at again in the next, so it
   *     has to be longer than any move of a job takes
   */
  public Audit(Checkup checkup, Gates gates, Meters meters, Duration pause) {
    this.checkup = checkup;
    this.places = checkup.places();
    this.gates = gates;
    this.meters = meters;
    this.rhythm = Rhythm.later("audit", pause, Duration.ofSeconds(60));
  }

  @Override
  public Rhythm rhythm() {
    return rhythm;
  }

  @Override
  public void standBy() {
    suspects.clear();
  }

  @Override
  public void failed(Throwable error) {
    suspects.clear();
    LOG.warn("not audited; trying again in {}: {}", rhythm.pause(), error.getMessage());
  }

  @Override
  public Future<?> turn() {
    return judge()
        .compose(_ -> checkup.newest(Instant.now(), NEWEST))
        .compose(
            found -> {
              suspect(found);
              return checkup.jobs(job, JOBS);
            })
        .compose(
            slice -> {
              suspect(slice.suspects());
              var end = slice.end();
              job = end == null ? Checkup.BEGINNING : end;
              return checkup.leases(lease, LEASES);
            })
        .compose(
            slice -> {
              suspect(slice.suspects());
              var end = slice.end();
              lease = end == null ? Checkup.BEGINNING : end;
              return places.next(NAMES);
            })
        .map(
            slice -> {
              suspect(slice.suspects());
              return null;
            });
  }

  private void suspect(List<Suspect> found) {
    found.stream().limit(MOST_SUSPECTS - suspects.size()).forEach(suspects::add);
  }

  /** Those who look the same as a turn ago are broken; the others were on their way. */
  private Future<Void> judge() {
    if (suspects.isEmpty()) {
      return Future.succeededFuture();
    }
    var before = Set.copyOf(suspects);
    suspects.clear();
    return checkup
        .again(before)
        .compose(broken -> broken.isEmpty() ? Future.succeededFuture() : mend(broken));
  }

  private Future<Void> mend(List<Suspect> broken) {
    for (var one : broken) {
      meters.violation(one.invariant().label());
      LOG.atError()
          .addKeyValue("invariant", one.invariant().label())
          .addKeyValue("id", one.id())
          .addKeyValue("attempt", one.attempt())
          .log("{}: {}", one.invariant().finding(), one.invariant().mended());
    }
    return checkup
        .mend(broken)
        .onSuccess(
            mended -> {
              mended.forEach((invariant, count) -> meters.recovered(invariant.label(), count));
              Arrays.stream(Priority.values()).forEach(gates::returned);
            })
        .mapEmpty();
  }
}
