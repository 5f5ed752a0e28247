package dev.orchestrix.execute;

import dev.orchestrix.admission.Settlement;
import dev.orchestrix.admission.SlotReturns;
import dev.orchestrix.bus.Delivery;
import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.Outcome;
import dev.orchestrix.transition.ClaimedJob;
import dev.orchestrix.transition.Ending;
import dev.orchestrix.transition.Endings;
import dev.orchestrix.transition.Note;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of assigned jobs in the end: their outcomes are written, and their slots are free.
 */
public final class Outcomes {
  private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

  private final Endings endings;
  private final SlotReturns slots;
  private final Settlement settlement;
  private final Map<UUID, Integer> open = new ConcurrentHashMap<>();

  public Outcomes(Endings endings, SlotReturns slots, Settlement settlement) {
    this.endings = endings;
    this.slots = slots;
    this.settlement = settlement;
  }

  /** Writes how an attempt has ended; completes, one way or the other, when that is over. */
  Future<Boolean> write(ClaimedJob job, Outcome outcome, @Nullable Note said) {
    var ending = Conclusion.of(job, outcome, said);
    open.put(job.id(), job.attempt());
    return endings
        .end(ending)
        .recover(error -> refused(ending, error))
        .onComplete(
            _ -> {
              open.remove(job.id(), job.attempt());
              slots.left(job.delivery().entry(), job.type());
            });
  }

  /** Whether the outcome of an attempt is under way. From any thread. */
  boolean isOpen(UUID job, int attempt) {
    return Integer.valueOf(attempt).equals(open.get(job));
  }

  /**
   * Some jobs have started. Entries whose jobs were not ready any more have admitted nothing.
   *
   * @param askedNanos {@link System#nanoTime} when they were admitted
   */
  void claimed(List<Delivery> deliveries, List<ClaimedJob> jobs, long askedNanos) {
    long now = System.nanoTime();
    settlement.started(deliveries, now - askedNanos, now);
    if (jobs.size() < deliveries.size()) {
      unclaimed(deliveries, jobs);
    }
  }

  private void unclaimed(List<Delivery> deliveries, List<ClaimedJob> jobs) {
    var claimed = HashSet.<UUID>newHashSet(jobs.size());
    jobs.forEach(job -> claimed.add(job.id()));
    var rest =
        deliveries.stream()
            .map(Delivery::entry)
            .filter(entry -> !claimed.contains(entry.id()))
            .toList();
    slots.unclaimed(rest);
    settlement.unstarted(rest);
  }

  /** Entries that this node leaves to others keep their slots, and ask for tokens again. */
  void letGo(List<Delivery> deliveries) {
    settlement.unstarted(deliveries.stream().map(Delivery::entry).toList());
  }

  /** What cannot be stored must not leave the job running for ever. */
  private Future<Boolean> refused(Ending ending, Throwable error) {
    LOG.atError()
        .addKeyValue("job", ending.job().id())
        .log("its outcome was refused; the job fails without it", error);
    if (!(error instanceof EngineException.BadData)) {
      return Future.succeededFuture(false);
    }
    var failed =
        new Outcome.Failed(
            ErrorCategory.REJECTED, "its outcome cannot be stored", null, false, null);
    return endings.end(Conclusion.of(ending.job(), failed, null)).otherwise(false);
  }
}
