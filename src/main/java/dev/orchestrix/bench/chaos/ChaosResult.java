package dev.orchestrix.bench.chaos;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a run came to.
 *
 * @param jobs that were to be submitted
 * @param accepted of them
 * @param refused jobs that no node took
 * @param unknown jobs of whose submission no answer came
 * @param starts calls of the server that jobs call
 * @param restarts how often nodes ended by themselves and were started again
 * @param lostAnswers answers of servers that were lost on purpose
 * @param lostWrites to which writes of the engine answers of Postgres were lost, and how often
 * @param left rows that should not be there at the end, by what they are
 * @param violations that the nodes themselves have counted, by what was violated; those of killed
 *     nodes are gone
 */
public record ChaosResult(
    long seed,
    int jobs,
    int accepted,
    int refused,
    int unknown,
    int starts,
    int restarts,
    int lostAnswers,
    JsonObject lostWrites,
    List<FaultRow> faults,
    List<Violation> verdicts,
    JsonObject left,
    JsonObject violations) {

  /**
   * One fault and what it did.
   *
   * @param at from the beginning of the load
   * @param node the node that it hit, or empty if it hit all
   * @param held how long it lasted
   * @param rateBefore jobs that ended in a second before it
   * @param fullRateAfter from its beginning; empty if the rate was not back before the next fault
   * @param slowest the longest time from submission to end of the jobs submitted while it lasted
   */
  public record FaultRow(
      Duration at,
      FaultKind kind,
      Optional<Integer> node,
      Duration held,
      double rateBefore,
      Optional<Duration> fullRateAfter,
      Duration slowest) {}

  /** A fault as it really was. */
  record Happened(FaultPlan.Planned planned, Instant begin, Instant end) {}

  /** Whether everything was as promised. */
  public boolean passed() {
    return verdicts.isEmpty()
        && left.stream().allMatch(one -> ((Number) one.getValue()).longValue() == 0);
  }
}
