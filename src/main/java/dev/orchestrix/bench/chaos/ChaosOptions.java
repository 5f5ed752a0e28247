package dev.orchestrix.bench.chaos;

import java.time.Duration;
import java.util.List;

/**
 * What a run is to be.
 *
 * @param jobs how many are submitted, evenly over {@code warmUp} and {@code faults}
 * @param nodes 1..16
 * @param kinds which faults come; none for a run without
 * @param warmUp load before the first fault
 * @param faults how long faults come
 * @param rest least time between two faults, if {@code faults} suffices for one of each kind
 * @param lease of the nodes, at least three heartbeats
 * @param patience how long the last jobs may take when faults and load are over
 * @param tolerance see {@link Checker}
 * @param flags for the nodes' JVMs
 */
public record ChaosOptions(
    int jobs,
    int nodes,
    long seed,
    List<FaultKind> kinds,
    Duration warmUp,
    Duration faults,
    Duration rest,
    Duration heartbeat,
    Duration lease,
    Duration patience,
    Duration tolerance,
    List<String> flags) {

  /** The long form: ten seconds or so for each fault, and time to come back after each. */
  public static ChaosOptions of(
      int jobs, int nodes, long seed, List<FaultKind> kinds, Duration faults) {
    return new ChaosOptions(
        jobs,
        nodes,
        seed,
        List.copyOf(kinds),
        Duration.ofSeconds(15),
        faults,
        Duration.ofSeconds(8),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofMinutes(2),
        Duration.ofSeconds(2),
        List.of("-Xmx512m"));
  }

  /** How long jobs are submitted. */
  Duration loaded() {
    return warmUp.plus(faults);
  }
}
