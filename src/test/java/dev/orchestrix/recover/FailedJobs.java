package dev.orchestrix.recover;

import dev.orchestrix.store.Ids;
import dev.orchestrix.testkit.Lab;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Jobs that have failed, written by statements of the test alone. */
final class FailedJobs {
  private final Lab lab;

  FailedJobs(Lab lab) {
    this.lab = lab;
  }

  /** Writes jobs that have failed once, and their letters. */
  List<UUID> failed(int count, String type) {
    var ids = Stream.generate(Ids::next).limit(count).toArray(UUID[]::new);
    var _ =
        lab.rows(
            """
            with made as (
              insert into jobs (id, tenant, type, state, priority, max_attempts, payload, attempt,
                                finished_at, errors)
              select id, 'default', $2, 'FAILED', 1, 3, '{}', 1, now(),
                     '[{"category":"HANDLER_ERROR","message":"no"}]'
                from unnest($1::uuid[]) as i(id)
              returning *
            )
            insert into dead_letters
            select l.*
              from made m, dead_letter(m.tenant, m.id, m.type, m.errors) l
            """,
            ids,
            type);
    return List.of(ids);
  }

  /** As a claim would. */
  void start(List<UUID> jobs) {
    var _ =
        lab.rows(
            """
            update jobs
               set state = 'RUNNING', attempt = attempt + 1
             where id = any($1) and state = 'PENDING'
            """,
            (Object) jobs.toArray(UUID[]::new));
  }

  /** Runs ready jobs to a good end. */
  void end(List<UUID> jobs) {
    start(jobs);
    var _ =
        lab.rows(
            "update jobs set state = 'SUCCEEDED' where id = any($1)",
            (Object) jobs.toArray(UUID[]::new));
  }

  /** Runs ready jobs to another failure. */
  void failAgain(List<UUID> jobs) {
    start(jobs);
    var _ =
        lab.rows(
            """
            with failed as (
              update jobs
                 set state = 'FAILED'
               where id = any($1) and state = 'RUNNING'
              returning *
            )
            insert into dead_letters
            select l.*
              from failed f, dead_letter(f.tenant, f.id, f.type, f.errors) l
            """,
            (Object) jobs.toArray(UUID[]::new));
  }

  /** The jobs of the backlog, each as often as it is there. */
  List<UUID> waiting() {
    return lab.rows("select unnest(jobs) from backlog").stream()
        .map(row -> row.getUUID(0))
        .toList();
  }

  /** The jobs that have letters, oldest first. */
  List<UUID> lettered() {
    return lab.rows("select job from dead_letters order by job").stream()
        .map(row -> row.getUUID(0))
        .toList();
  }
}
