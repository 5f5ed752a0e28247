package dev.orchestrix.outbox;

import dev.orchestrix.core.job.Priority;
import dev.orchestrix.store.Ids;
import dev.orchestrix.testkit.Lab;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Rows of the backlog whose jobs need not exist. */
final class BacklogRows {

  /** Writes some; their ids in order. */
  static List<UUID> write(Lab lab, Priority priority, String tenant, int jobs) {
    var ids = Stream.generate(Ids::next).limit(jobs).toList();
    write(lab, priority, tenant, ids);
    return ids;
  }

  /** Writes a row for each of these jobs. */
  static void write(Lab lab, Priority priority, String tenant, List<UUID> ids) {
    var _ =
        lab.rows(
            """
            insert into backlog (priority, tenant, first, jobs, attempts)
            select $1, $2, job, array[job], array[0]
              from unnest($3::uuid[]) as i(job)
            """,
            priority.code(),
            tenant,
            ids.toArray(UUID[]::new));
  }

  private BacklogRows() {}
}
