package dev.orchestrix.transition;

/** The statement that ends what waits and is out of time. */
final class ExpirySql {

  /**
   * Fails those of some jobs that wait and whose time is over. What waits for a timer loses that
   * too. A job that runs at its deadline is its executor's to end; it is looked at again a little
   * later, in case it came back to waiting.
   *
   * <p>$1 ids uuid[], $2 lowest id, $3 highest id
   */
  static final String EXPIRE =
      """
      with found as materialized (
        select id, tenant, type, state, attempt, run_at,
               case when deadline_at <= now() then 'DEADLINE' else 'EXPIRED' end as category
          from jobs
         where id = any($1) and id between $2 and $3
           and (deadline_at <= now() and state in ('SCHEDULED', 'BLOCKED', 'PENDING', 'RETRYING')
                or expires_at <= now() and attempt = 0
                   and state in ('SCHEDULED', 'BLOCKED', 'PENDING'))
           for update
      ), ended as (
        update jobs j
           set state = 'FAILED',
               finished_at = now(),
               errors = errors_with(j.errors, j.attempt, j.type, f.category,
                          case f.category
                          when 'DEADLINE' then 'it had not ended by its deadline'
                          else 'it had not begun in its time' end)
          from found f
         where j.id = any($1) and j.id between $2 and $3
           and j.id = f.id and j.state = f.state and j.attempt = f.attempt
        returning j.id, j.tenant, j.type, j.errors
      ), letters as (
        insert into dead_letters
        select l.*
          from ended e, dead_letter(e.tenant, e.id, e.type, e.errors) l
            on conflict do nothing
      ), untimed as (
        delete from timers
         where due_at = any(array(select run_at
                                    from found
                                   where state in ('SCHEDULED', 'RETRYING')))
           and job = any($1)
      ), looked_at as (
        delete from expiries
         where job = any($1) and due_at <= now()
      ), looked_at_again as (
        insert into expiries (due_at, job)
        select now() + interval '5 seconds', id
          from jobs
         where id = any($1) and id between $2 and $3
           and state = 'RUNNING' and deadline_at <= now()
      )
      select id, tenant, type, state::text, attempt, category
        from found
      """;

  private ExpirySql() {}
}
