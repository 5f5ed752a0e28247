package dev.orchestrix.submit;

import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Priority;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which jobs of a batch share a row of the backlog: those of one tenant and priority. */
final class BacklogLines {
  /** Few enough for a row to stay on its page, and for a turn of the feeder to be fair. */
  private static final int MOST = 64;

  private record Owner(String tenant, Priority priority) {}

  private static final class Line {
    private int number;
    private int jobs = MOST;
  }

  private final @Nullable Integer[] numbers;
  private final Map<Owner, Line> open = new HashMap<>();
  private final Set<Priority> priorities = EnumSet.noneOf(Priority.class);
  private int lines;

  /**
   * @param jobs the size of the batch
   */
  BacklogLines(int jobs) {
    this.numbers = new Integer[jobs];
  }

  /** The job at that index of the batch is to wait in the backlog. */
  void add(int index, NewJob job) {
    priorities.add(job.priority());
    var line = open.computeIfAbsent(new Owner(job.tenant(), job.priority()), _ -> new Line());
    if (line.jobs == MOST) {
      line.number = lines++;
      line.jobs = 0;
    }
    line.jobs++;
    numbers[index] = line.number;
  }

  /** The row of each job of the batch, null for those that do not wait. */
  @Nullable Integer[] numbers() {
    return numbers;
  }

  /** Whose backlog grows. */
  Set<Priority> priorities() {
    return priorities;
  }
}
