package dev.orchestrix.bench.chaos;

import dev.orchestrix.bench.chaos.History.Move;
import dev.orchestrix.bench.chaos.History.Start;
import dev.orchestrix.bench.chaos.Violation.Kind;
import dev.orchestrix.core.job.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** Reads a history and decides what of it must not have happened. Sees nothing else. */
final class Checker {
  private final Duration tolerance;

  /**
   * @param tolerance how long after an attempt was ended its handler may still begin: a request may
   *     be under way to it, or its process may just have been woken
   */
  Checker(Duration tolerance) {
    this.tolerance = tolerance;
  }

  List<Violation> judge(History history) {
    var moves = byJob(history.moves());
    var found = new ArrayList<Violation>();
    history.accepted().forEach(job -> lost(job, moves.getOrDefault(job, List.of()), found));
    moves.values().forEach(ofOneJob -> wrongMoves(ofOneJob, found));
    moves.values().forEach(ofOneJob -> doublyAccepted(ofOneJob, found));
    var wakings = new TreeSet<>(history.wakings());
    for (var start : history.starts()) {
      lateStart(start, moves.getOrDefault(start.job(), List.of()), wakings).ifPresent(found::add);
    }
    return found;
  }

  private static Map<UUID, List<Move>> byJob(List<Move> moves) {
    var byJob = new HashMap<UUID, List<Move>>();
    moves.forEach(one -> byJob.computeIfAbsent(one.job(), _ -> new ArrayList<>(4)).add(one));
    return byJob;
  }

  private static void lost(UUID job, List<Move> moves, List<Violation> found) {
    if (moves.isEmpty()) {
      found.add(new Violation(Kind.LOST, job, "accepted, but not in Postgres"));
    } else if (!moves.getLast().ends()) {
      found.add(new Violation(Kind.LOST, job, "stayed " + moves.getLast().to()));
    }
  }

  private static void wrongMoves(List<Move> moves, List<Violation> found) {
    int attempt = 0;
    for (var move : moves) {
      var from = move.from();
      if (from != null && from.terminal()) {
        found.add(new Violation(Kind.TERMINAL_LEFT, move.job(), from + " to " + move.to()));
      } else if (from != null && from != move.to() && !from.canBecome(move.to())) {
        found.add(new Violation(Kind.ILLEGAL_MOVE, move.job(), from + " to " + move.to()));
      } else if (move.attempt() < attempt) {
        found.add(
            new Violation(
                Kind.ILLEGAL_MOVE, move.job(), "attempt " + attempt + " to " + move.attempt()));
      }
      attempt = move.attempt();
    }
  }

  private static void doublyAccepted(List<Move> moves, List<Violation> found) {
    Set<Integer> decided = HashSet.newHashSet(2);
    for (var move : moves) {
      boolean outcome = move.leavesRunning() && move.to() != JobState.PENDING;
      if (outcome && !decided.add(move.attempt())) {
        found.add(
            new Violation(
                Kind.DOUBLY_ACCEPTED,
                move.job(),
                "attempt " + move.attempt() + " has " + move.to() + " as a second outcome"));
      }
    }
  }

  private Optional<Violation> lateStart(
      Start start, List<Move> moves, NavigableSet<Instant> wakings) {
    if (justWoken(start.at(), wakings)) {
      return Optional.empty();
    }
    for (var move : moves.reversed()) {
      boolean late = start.at().isAfter(move.at().plus(tolerance));
      if (late && move.ends()) {
        return Optional.of(late(Kind.RUN_AFTER_END, start, move));
      }
      if (late && move.leavesRunning() && move.attempt() == start.attempt()) {
        return Optional.of(late(Kind.RUN_WHILE_FENCED, start, move));
      }
    }
    return Optional.empty();
  }

  private boolean justWoken(Instant at, NavigableSet<Instant> wakings) {
    var last = wakings.floor(at);
    return last != null && !at.isAfter(last.plus(tolerance));
  }

  private static Violation late(Kind kind, Start start, Move move) {
    long millis = Duration.between(move.at(), start.at()).toMillis();
    return new Violation(
        kind,
        start.job(),
        "attempt %d began %d ms after attempt %d became %s"
            .formatted(start.attempt(), millis, move.attempt(), move.to()));
  }
}
