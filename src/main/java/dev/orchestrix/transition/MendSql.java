package dev.orchestrix.transition;

/**
 * The statements that mend what the audit has found. Each looks again before it changes anything.
 */
final class MendSql {

  /**
   * Gives back jobs that nobody runs: RUNNING, and in no lease.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 lowest id, $4 highest id
   */
  static final String GIVE_BACK =
      """
      with ready as (
        update jobs j
           set state = 'PENDING'
          from unnest($1::uuid[], $2::int4[]) as e(id, attempt)
         where j.id = any($1) and j.id between $3 and $4
           and j.id = e.id and j.state = 'RUNNING' and j.attempt = e.attempt
           and not exists (select from leases l where j.id = any(l.jobs))
        returning j.id, j.tenant, j.priority, j.attempt
      ), waiting as (
        insert into backlog as b (priority, tenant, first, jobs, attempts)
        select priority, tenant, (array_agg(id order by id))[1], array_agg(id), array_agg(attempt)
          from ready
         group by priority, tenant
        on conflict (priority, tenant, first) do update
           set jobs = b.jobs || excluded.jobs, attempts = b.attempts || excluded.attempts
      )
      select count(*)
        from ready
      """;

  /**
   * Gives back jobs that a node has leased and does not run. Where one was asked to end, the leader
   * does that. A lease of which nothing else runs goes; any other is the audit's in the end.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 lowest id, $4 highest id, $5 node int4
   */
  static final String GIVE_UP =
      """
      with ready as (
        update jobs j
           set state = 'PENDING'
          from unnest($1::uuid[], $2::int4[]) as e(id, attempt)
         where j.id = any($1) and j.id between $3 and $4
           and j.id = e.id and j.state = 'RUNNING' and j.attempt = e.attempt and j.node = $5
        returning j.id, j.tenant, j.priority, j.attempt
      ), waiting as (
        insert into backlog as b (priority, tenant, first, jobs, attempts)
        select priority, tenant, (array_agg(id order by id))[1], array_agg(id), array_agg(attempt)
          from ready
         group by priority, tenant
        on conflict (priority, tenant, first) do update
           set jobs = b.jobs || excluded.jobs, attempts = b.attempts || excluded.attempts
      ), unheard as (
        update cancellations c
           set node = 0
          from ready r
         where c.job = r.id and c.node = $5
      ), freed as (
        delete from leases l
         where l.node = $5 and l.jobs && $1
           and not exists (
             select from jobs j
              where j.id = any(l.jobs) and j.state = 'RUNNING' and j.node = $5
                and j.id not in (select id from ready))
      )
      select count(*)
        from ready
      """;

  /**
   * Puts ready jobs into the backlog that nothing else would find. One that is on its way after all
   * is claimed once all the same.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 lowest id, $4 highest id
   */
  static final String ADD_TO_BACKLOG =
      """
      with ready as (
        select j.id, j.tenant, j.priority, j.attempt
          from jobs j
          join unnest($1::uuid[], $2::int4[]) as e(id, attempt)
            on j.id = e.id and j.attempt = e.attempt
         where j.id = any($1) and j.id between $3 and $4
           and j.state = 'PENDING'
      ), waiting as (
        insert into backlog as b (priority, tenant, first, jobs, attempts)
        select priority, tenant, (array_agg(id order by id))[1], array_agg(id), array_agg(attempt)
          from ready
         group by priority, tenant
        on conflict (priority, tenant, first) do update
           set jobs = b.jobs || excluded.jobs, attempts = b.attempts || excluded.attempts
      )
      select count(*)
        from ready
      """;

  /**
   * Writes the timers of jobs that wait for a time and have none. A job whose time is not known is
   * due now.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 lowest id, $4 highest id
   */
  static final String ADD_TIMERS =
      """
      with timed as (
        insert into timers (due_at, job, attempt)
        select coalesce(j.run_at, date_trunc('milliseconds', now())), j.id, j.attempt
          from jobs j
          join unnest($1::uuid[], $2::int4[]) as e(id, attempt)
            on j.id = e.id and j.attempt = e.attempt
         where j.id = any($1) and j.id between $3 and $4
           and j.state in ('SCHEDULED', 'RETRYING')
        on conflict do nothing
        returning job
      )
      select count(*)
        from timed
      """;

  /**
   * Gives jobs with a concurrency key that have none places in their lanes. What runs has a slot,
   * whether or not it should have.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 lowest id, $4 highest id
   */
  static final String ADD_PLACES =
      """
      with placed as (
        insert into lanes as l (tenant, key, job, called)
        select j.tenant, j.concurrency_key, j.id, j.state = 'RUNNING'
          from jobs j
          join unnest($1::uuid[], $2::int4[]) as e(id, attempt)
            on j.id = e.id and j.attempt = e.attempt
         where j.id = any($1) and j.id between $3 and $4
           and j.concurrency_key is not null
           and j.state in ('SCHEDULED', 'BLOCKED', 'PENDING', 'RUNNING', 'RETRYING')
         order by j.id
        on conflict (job) do update
           set called = true
         where excluded.called and not l.called
        returning job
      )
      select count(*)
        from placed
      """;

  /**
   * Deletes leases none of whose jobs is run by the node that holds them.
   *
   * <p>$1 leases uuid[]
   */
  static final String DELETE_LEASES =
      """
      with gone as (
        delete from leases l
         where l.id = any($1)
           and not exists (
             select from jobs j
              where j.id = any(l.jobs) and j.state = 'RUNNING' and j.node = l.node)
        returning l.id
      )
      select count(*)
        from gone
      """;

  /**
   * Deletes dead letters of jobs that have not failed.
   *
   * <p>$1 jobs uuid[]
   */
  static final String DELETE_LETTERS =
      """
      with gone as (
        delete from dead_letters d
         using jobs j
         where j.id = any($1) and j.state <> 'FAILED'
           and d.tenant = j.tenant and d.job = j.id
        returning d.job
      )
      select count(*)
        from gone
      """;

  private MendSql() {}
}
