package dev.orchestrix.submit;

import dev.orchestrix.core.limit.Strategy;
import dev.orchestrix.tenant.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one concurrency key that run, are ready or will be tried again, while a batch of
 * submissions is played through. Jobs whose time has not come hold nothing.
 */
final class Occupants {

  /** What becomes of a job that comes. */
  sealed interface Entry {}

  /**
   * It is made.
   *
   * @param instead of these, which are to be cancelled
   */
  record Made(List<UUID> instead) implements Entry {}

  /**
   * It is refused.
   *
   * @param by the job that is there, or null when the key has no slots at all
   */
  record Refused(@Nullable UUID by) implements Entry {}

  private static final Made BESIDE_THEM = new Made(List.of());

  private final Strategy strategy;
  private final int most;
  private final List<UUID> jobs;

  /**
   * @param jobs in the order in which they came; of a strategy that waits none need be known
   */
  Occupants(Limit limit, List<UUID> jobs) {
    var running = limit.running();
    this.strategy = limit.strategy();
    this.most = running == null ? Integer.MAX_VALUE : running;
    this.jobs = new ArrayList<>(jobs);
  }

  /** Decides about a job that is ready, and lets it in. */
  Entry enter(UUID job) {
    boolean full = jobs.size() >= most;
    return switch (strategy) {
      case QUEUE -> BESIDE_THEM;
      case DROP_NEW -> full ? new Refused(jobs.isEmpty() ? null : jobs.getFirst()) : beside(job);
      case CANCEL_RUNNING -> full ? instead(job) : beside(job);
    };
  }

  private Entry beside(UUID job) {
    jobs.add(job);
    return BESIDE_THEM;
  }

  private Entry instead(UUID job) {
    var before = List.copyOf(jobs);
    jobs.clear();
    jobs.add(job);
    return new Made(before);
  }
}
