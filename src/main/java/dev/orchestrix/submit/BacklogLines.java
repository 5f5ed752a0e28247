package dev.orchestrix.submit;

import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Priority;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The jobs of a batch that wait in the backlog, and how they share its rows. */
final class BacklogLines {
  /** Few enough for a row to stay on its page, and for a turn of the feeder to be fair. */
  private static final int MOST = 64;

  private record Owner(String tenant, Priority priority) {}

  /**
   * One row of the backlog.
   *
   * @param first the place of its first job among {@link #ids}, from 1
   * @param last the place of its last job
   */
  record Line(String tenant, Priority priority, int first, int last) {}

  private final Map<Owner, List<UUID>> jobs = new LinkedHashMap<>();

  void add(NewJob job) {
    jobs.computeIfAbsent(new Owner(job.tenant(), job.priority()), _ -> new ArrayList<>())
        .add(job.id());
  }

  /** The jobs, row by row. */
  UUID[] ids() {
    return jobs.values().stream().flatMap(List::stream).toArray(UUID[]::new);
  }

  List<Line> lines() {
    var lines = new ArrayList<Line>();
    int place = 0;
    for (var one : jobs.entrySet()) {
      int end = place + one.getValue().size();
      while (place < end) {
        int last = Math.min(end, place + MOST);
        lines.add(new Line(one.getKey().tenant, one.getKey().priority, place + 1, last));
        place = last;
      }
    }
    return lines;
  }

  /** Whose backlog grows. */
  Map<Priority, List<String>> owners() {
    var grown = new EnumMap<Priority, List<String>>(Priority.class);
    jobs.keySet()
        .forEach(
            owner ->
                grown.computeIfAbsent(owner.priority, _ -> new ArrayList<>()).add(owner.tenant));
    return grown;
  }
}
