package dev.orchestrix.bench.chaos;

import dev.orchestrix.core.job.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a run, each part seen by somebody else: the client, the server that jobs call,
 * Postgres. All clocks are those of one machine.
 *
 * @param accepted jobs whose submission was answered with 2xx
 * @param moves in the order in which they were made, at least for the moves of one job
 * @param wakings when processes that had been stopped went on: what one of them had begun before is
 *     carried on without a look at any clock
 */
record History(Set<UUID> accepted, List<Start> starts, List<Move> moves, List<Instant> wakings) {

  /** A handler began. */
  record Start(UUID job, int attempt, Instant at) {}

  /**
   * A job's row was written.
   *
   * @param from null for a new job
   */
  record Move(UUID job, @Nullable JobState from, JobState to, int attempt, Instant at) {

    /** Whether an attempt ended, or was ended, by it. */
    boolean leavesRunning() {
      return from == JobState.RUNNING && to != JobState.RUNNING;
    }

    boolean ends() {
      return to.terminal();
    }
  }
}
