package dev.orchestrix.transition;

/** The statements of cancelling. */
final class CancelSql {

  /**
   * Cancels what waits, and notes what runs for the node that runs it; jobs that have ended are
   * left as they are. A note on a job that does not run goes. Rows are locked first, so that what
   * is answered is what was done; an attempt's outcome comes wholly before or after it.
   *
   * <p>$1 ids uuid[], $2 reasons text[], $3 graces in ms int8[], $4 lowest id, $5 highest id
   */
  static final String CANCEL =
      """
      with found as materialized (
        select j.id, j.tenant, j.type, j.state, j.attempt, j.node, j.run_at, j.expires_at,
               j.deadline_at, w.reason, w.grace_ms, j.concurrency_key
          from jobs j
          join unnest($1::uuid[], $2::text[], $3::int8[]) as w(id, reason, grace_ms) on w.id = j.id
         where j.id = any($1) and j.id between $4 and $5
           for update of j
      ), cancelled as (
        update jobs j
           set state = 'CANCELLED',
               finished_at = now(),
               errors = coalesce(left(nullif(j.errors, '[]'), -1) || ',', '[')
                        || json_build_object(
                             'attempt', j.attempt, 'at', now(), 'category', 'CANCELLED',
                             'message', f.reason) || ']'
          from found f
         where j.id = any($1) and j.id between $4 and $5
           and j.id = f.id and j.state = f.state and j.attempt = f.attempt
           and f.state in ('SCHEDULED', 'BLOCKED', 'PENDING', 'RETRYING')
      ), untimed as (
        delete from timers
         where due_at = any(array(select run_at
                                    from found
                                   where state in ('SCHEDULED', 'RETRYING')))
           and job = any($1)
      ), unlimited as (
        delete from expiries
         where due_at = any(array(select expires_at from found where expires_at is not null
                                  union all
                                  select deadline_at from found where deadline_at is not null))
           and job = any(array(select id from found where state <> 'RUNNING'))
      ), asked as (
        insert into cancellations as c (job, node, attempt, reason, grace_ms)
        select id, node, attempt, reason, grace_ms
          from found
         where state = 'RUNNING'
        on conflict (job) do update
           set node = excluded.node, attempt = excluded.attempt, grace_ms = excluded.grace_ms
      ), settled as (
        delete from cancellations
         where job = any($1)
           and job <> all(array(select id from found where state = 'RUNNING'))
      )
      select id, tenant, type, state::text, attempt, node, reason, grace_ms,
             concurrency_key
        from found
      """;

  /**
   * What a node was asked to end and has not ended yet.
   *
   * <p>$1 node int4
   */
  static final String ASKED =
      """
      select job, attempt, reason, grace_ms
        from cancellations
       where node = $1
      """;

  /**
   * Jobs that were to be ended by nodes that are not there any more.
   *
   * <p>$1 most int4
   */
  static final String ORPHANED =
      """
      select job, reason, grace_ms
        from cancellations c
       where not exists (select from nodes n where n.id = c.node)
       limit $1
      """;

  private CancelSql() {}
}
