package dev.orchestrix.config;

import dev.orchestrix.core.time.Durations;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What settings must be to each other. A check is left out while one of its values has a problem.
 */
final class CrossChecks {

  static Stream<Problem> of(Values values) {
    return Stream.of(
            between(values), DoorChecks.of(values), BusChecks.of(values), ServerChecks.of(values))
        .flatMap(problems -> problems);
  }

  private static Stream<Problem> between(Values values) {
    return Stream.of(
            leaseOutlivesHeartbeats(values),
            jobsOutliveKeys(values),
            othersReachThisNode(values),
            enoughCalls(values),
            growingWait(values),
            shell(values))
        .flatMap(Optional::stream);
  }

  /** A single late renewal must not make a living node look dead. */
  private static Optional<Problem> leaseOutlivesHeartbeats(Values values) {
    var lease = values.find(SettingsTable.EXECUTE_LEASE);
    var heartbeat = values.find(SettingsTable.EXECUTE_HEARTBEAT);
    if (lease.isEmpty() || heartbeat.isEmpty()) {
      return Optional.empty();
    }
    var least = heartbeat.orElseThrow().multipliedBy(3);
    return lease
        .filter(it -> it.compareTo(least) < 0)
        .map(
            it ->
                problem(
                    SettingsTable.EXECUTE_LEASE,
                    Durations.format(it),
                    "expected at least three times execute.heartbeat, " + Durations.format(least)));
  }

  /** Whoever repeats a submission is answered with the first job. */
  private static Optional<Problem> jobsOutliveKeys(Values values) {
    var jobs = values.find(SettingsTable.RETENTION_JOBS);
    return values
        .find(SettingsTable.IDEMPOTENCY_KEEP)
        .filter(keep -> jobs.isPresent() && keep.compareTo(jobs.orElseThrow()) > 0)
        .map(
            keep ->
                problem(
                    SettingsTable.IDEMPOTENCY_KEEP,
                    Durations.format(keep),
                    "expected no more than retention.jobs, "
                        + Durations.format(jobs.orElseThrow())));
  }

  private static Optional<Problem> othersReachThisNode(Values values) {
    var elsewhere =
        values.find(ClusterSettings.MEMBERS).stream()
            .flatMap(members -> members.stream())
            .filter(member -> !isLoopback(member.substring(0, member.lastIndexOf(':'))))
            .findFirst();
    return values
        .find(ClusterSettings.HOST)
        .filter(CrossChecks::isLoopback)
        .flatMap(
            host ->
                elsewhere.map(
                    member ->
                        problem(
                            ClusterSettings.HOST,
                            host,
                            "expected an address that " + member + " can reach")));
  }

  private static Optional<Problem> enoughCalls(Values values) {
    var window = values.find(SettingsTable.CIRCUIT_WINDOW);
    return values
        .find(SettingsTable.CIRCUIT_MINIMUM_CALLS)
        .filter(least -> window.filter(it -> it < least).isPresent())
        .map(
            least ->
                problem(
                    SettingsTable.CIRCUIT_MINIMUM_CALLS,
                    least.toString(),
                    "expected no more than circuit.window, " + window.orElseThrow()));
  }

  private static Optional<Problem> growingWait(Values values) {
    var first = values.find(SettingsTable.CIRCUIT_WAIT);
    return values
        .find(SettingsTable.CIRCUIT_LONGEST_WAIT)
        .filter(longest -> first.filter(it -> it.compareTo(longest) > 0).isPresent())
        .map(
            longest ->
                problem(
                    SettingsTable.CIRCUIT_LONGEST_WAIT,
                    Durations.format(longest),
                    "expected no less than circuit.wait, "
                        + Durations.format(first.orElseThrow())));
  }

  private static Optional<Problem> shell(Values values) {
    var nothing = values.find(SettingsTable.SHELL_ALLOW).filter(allow -> allow.isEmpty());
    return values
        .find(SettingsTable.SHELL_ENABLED)
        .filter(enabled -> enabled && nothing.isPresent())
        .map(
            _ ->
                problem(
                    SettingsTable.SHELL_ALLOW,
                    "",
                    "expected the commands that may start, as shell.enabled is true"));
  }

  static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
  }

  private static Problem problem(Setting<?> setting, String value, String expectation) {
    return new Problem(setting.path(), "", value, expectation);
  }

  private CrossChecks() {}
}
