package dev.orchestrix.outbox;

import dev.orchestrix.bus.LaneName;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Priority;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A lane as it is at one moment, and what follows from that.
 *
 * @param slots how many of its jobs may be called at once
 * @param places those that are called and the next that are not, in their order
 */
record LaneView(LaneName name, int slots, List<Place> places) {

  /**
   * One job's place.
   *
   * @param state where the job is, or null when it is gone with its partition
   * @param attempt of the job; 0 when it is gone
   */
  record Place(
      long number,
      UUID job,
      boolean called,
      @Nullable JobState state,
      int attempt,
      Priority priority) {

    boolean over() {
      return state == null || state.terminal();
    }

    boolean waitsForATime() {
      return state == JobState.RETRYING || state == JobState.SCHEDULED;
    }

    boolean ready() {
      return state == JobState.PENDING;
    }
  }

  /** Jobs that have ended or are gone: nobody will call them. */
  List<Place> over() {
    return places.stream().filter(Place::over).toList();
  }

  /**
   * Calls to be taken back: of jobs that wait for a time, unless there is one slot, which is kept
   * until the job has ended, because its order counts; and, when the limit was lowered, of the last
   * jobs that have not begun.
   */
  List<Place> back() {
    var holding = places.stream().filter(one -> one.called && !one.over()).toList();
    var back = new ArrayList<Place>();
    if (slots > 1) {
      holding.stream().filter(Place::waitsForATime).forEach(back::add);
    }
    int tooMany = Math.max(0, holding.size() - back.size() - slots);
    holding.stream()
        .filter(Place::ready)
        .sorted(Comparator.comparingLong(Place::number).reversed())
        .limit(tooMany)
        .forEach(back::add);
    return back;
  }

  /**
   * Jobs to be called.
   *
   * @param freed jobs that are not called any more
   * @param most of them
   */
  List<Place> next(Set<UUID> freed, int most) {
    return waiting().filter(Place::ready).limit(Math.min(most, Math.max(0, free(freed)))).toList();
  }

  /** Slots that nobody holds. */
  int free(Set<UUID> freed) {
    long holding = places.stream().filter(one -> one.called && !freed.contains(one.job)).count();
    return (int) (slots - holding);
  }

  /** How many are not called. */
  int uncalled() {
    return (int) waiting().count();
  }

  /** The last place of one that is not called, or 0. */
  long end() {
    return waiting().mapToLong(Place::number).max().orElse(0);
  }

  private Stream<Place> waiting() {
    return places.stream().filter(one -> !one.called);
  }
}
