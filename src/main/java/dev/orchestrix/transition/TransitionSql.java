package dev.orchestrix.transition;

/** Every statement that moves a job. Each names the job, the state it leaves and the attempt. */
final class TransitionSql {

  /**
   * Claims what is still ready, and writes who has it. Jobs that are not returned were cancelled,
   * are duplicates, or were claimed by somebody else.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 lowest id, $4 highest id, $5 node int4, $6 lease uuid
   */
  static final String CLAIM =
      """
      with claimed as (
        update jobs j
           set state = 'RUNNING', attempt = j.attempt + 1, node = $5, started_at = now()
          from unnest($1::uuid[], $2::int4[]) as e(id, attempt)
         where j.id = any($1) and j.id between $3 and $4
           and j.id = e.id and j.state = 'PENDING' and j.attempt = e.attempt
        returning j.id, j.attempt, j.type, j.payload, j.failures, j.retry, j.errors, j.timeout_ms,
                  j.trace, coalesce(j.run_at, j.created_at) as ready_at, j.checkpoint, j.report
      ), leased as (
        insert into leases (id, node, jobs)
        select $6, $5, array_agg(id)
          from claimed
        having count(*) > 0
      )
      select id, attempt, type, payload, failures, retry, errors, timeout_ms, trace, ready_at,
             checkpoint, report
        from claimed
      """;

  /**
   * Writes outcomes of attempts that still own their jobs, with what follows from them: a timer for
   * a retry, a backlog row for what was handed back. Leases whose last jobs these were go. A
   * checkpoint is kept for the next attempt, and after a failure for whoever retries the job.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 next states text[], $4 waits in ms int8[], $5 failures
   * after it int2[], $6 results text[] or nulls, $7 errors text[] or nulls to keep, $8 reports
   * text[] or nulls to keep, $9 lowest id, $10 highest id, $11 leases uuid[], $12 checkpoints
   * text[] or nulls to keep
   */
  static final String END =
      """
      with ended as (
        update jobs j
           set state = o.state::job_state,
               failures = o.failures,
               result = o.result,
               errors = coalesce(o.errors, j.errors),
               report = coalesce(o.report, j.report),
               checkpoint = case when o.state = 'SUCCEEDED' then null
                                 else coalesce(o.checkpoint, j.checkpoint) end,
               run_at = case when o.state = 'RETRYING'
                             then date_trunc('milliseconds', now()) + o.wait_ms * interval '1 ms'
                             else j.run_at end,
               finished_at = case when o.state in ('RETRYING', 'PENDING') then null
                                  else now() end
          from unnest($1::uuid[], $2::int4[], $3::text[], $4::int8[], $5::int2[], $6::text[],
                      $7::text[], $8::text[], $12::text[])
            as o(id, attempt, state, wait_ms, failures, result, errors, report, checkpoint)
         where j.id = any($1) and j.id between $9 and $10
           and j.id = o.id and j.state = 'RUNNING' and j.attempt = o.attempt
        returning j.id, j.tenant, j.priority, j.attempt, j.state, j.run_at
      ), timed as (
        insert into timers (due_at, job, attempt)
        select run_at, id, attempt
          from ended
         where state = 'RETRYING'
      ), handed_back as (
        insert into backlog as b (priority, tenant, first, jobs, attempts)
        select priority, tenant, (array_agg(id order by id))[1], array_agg(id), array_agg(attempt)
          from ended
         where state = 'PENDING'
         group by priority, tenant
        on conflict (priority, tenant, first) do update
           set jobs = b.jobs || excluded.jobs, attempts = b.attempts || excluded.attempts
      ), freed as (
        delete from leases
         where id = any($11)
      )
      select id, case when state = 'RETRYING' then run_at end as due_at
        from ended
      """;

  /**
   * Writes that attempts that still own their jobs have succeeded: what nearly all do, without what
   * the others need. Leases whose last jobs these were go, and so do checkpoints, which nobody
   * takes up again. Answers how many were accepted, and which, unless all were.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 results text[] or nulls, $4 reports text[] or nulls to
   * keep, $5 lowest id, $6 highest id, $7 leases uuid[]
   */
  static final String SUCCEED =
      """
      with ended as (
        update jobs j
           set state = 'SUCCEEDED', result = o.result, report = coalesce(o.report, j.report),
               checkpoint = null, finished_at = now()
          from unnest($1::uuid[], $2::int4[], $3::text[], $4::text[])
            as o(id, attempt, result, report)
         where j.id = any($1) and j.id between $5 and $6
           and j.id = o.id and j.state = 'RUNNING' and j.attempt = o.attempt
        returning j.id
      ), freed as (
        delete from leases
         where id = any($7)
      )
      select count(*)::int4 as accepted,
             case when count(*) < cardinality($1::uuid[]) then array_agg(id) end as ids
        from ended
      """;

  /**
   * Makes jobs ready whose time has come. Their timers go, whether or not they still wait.
   *
   * <p>$1 ids uuid[], $2 lowest id, $3 highest id, $4 whether they go straight to the streams bool,
   * $5 outbox id uuid, $6 node int4
   */
  static final String READY =
      """
      with due as (
        delete from timers
         where job = any($1) and due_at <= now() + interval '5 milliseconds'
        returning job, attempt
      ), ready as (
        update jobs j
           set state = 'PENDING'
          from due d
         where j.id = any($1) and j.id between $2 and $3
           and j.id = d.job and j.state in ('SCHEDULED', 'RETRYING') and j.attempt = d.attempt
        returning j.id, j.attempt, j.tenant, j.type, j.priority
      ), noted as (
        insert into outbox (id, node, jobs)
        select $5, $6, array_agg(id)
          from ready
         where $4
        having count(*) > 0
      ), waiting as (
        insert into backlog as b (priority, tenant, first, jobs, attempts)
        select priority, tenant, (array_agg(id order by id))[1], array_agg(id), array_agg(attempt)
          from ready
         where not $4
         group by priority, tenant
        on conflict (priority, tenant, first) do update
           set jobs = b.jobs || excluded.jobs, attempts = b.attempts || excluded.attempts
      )
      select id, attempt, tenant, type, priority
        from ready
      """;

  /**
   * Takes back what a dead node was running: to the backlog, or, when too many nodes have died
   * under a job, to FAILED.
   *
   * <p>$1 node int4, $2 crashes at which a job fails int2
   */
  static final String TAKE_BACK =
      """
      with lost as (
        delete from leases
         where node = $1
        returning jobs
      ), left_running as (
        update jobs j
           set state = case when j.crashes + 1 >= $2 then 'FAILED' else 'PENDING' end::job_state,
               crashes = j.crashes + 1,
               finished_at = case when j.crashes + 1 >= $2 then now() end,
               errors = case when j.crashes + 1 >= $2
                             then json_build_array(json_build_object(
                                    'attempt', j.attempt, 'at', now(), 'category', 'POISON',
                                    'message', 'its node died under it '
                                               || j.crashes + 1 || ' times'))::text
                             else j.errors end
         where j.id = any(array(select unnest(jobs) from lost))
           and j.state = 'RUNNING' and j.node = $1
        returning j.id, j.tenant, j.type, j.priority, j.attempt, j.state
      ), waiting as (
        insert into backlog as b (priority, tenant, first, jobs, attempts)
        select priority, tenant, (array_agg(id order by id))[1], array_agg(id), array_agg(attempt)
          from left_running
         where state = 'PENDING'
         group by priority, tenant
        on conflict (priority, tenant, first) do update
           set jobs = b.jobs || excluded.jobs, attempts = b.attempts || excluded.attempts
      )
      select id, tenant, type, priority, attempt, state::text
        from left_running
      """;

  /**
   * Hands back a batch whose claim may or may not have been written: its node does not run it.
   *
   * <p>$1 lease uuid, $2 node int4
   */
  static final String HAND_BACK =
      """
      with doubtful as (
        delete from leases
         where id = $1
        returning jobs
      ), ready as (
        update jobs j
           set state = 'PENDING'
         where j.id = any(array(select unnest(jobs) from doubtful))
           and j.state = 'RUNNING' and j.node = $2
        returning j.id, j.tenant, j.priority, j.attempt
      )
      insert into backlog as b (priority, tenant, first, jobs, attempts)
      select priority, tenant, (array_agg(id order by id))[1], array_agg(id), array_agg(attempt)
        from ready
       group by priority, tenant
      on conflict (priority, tenant, first) do update
         set jobs = b.jobs || excluded.jobs, attempts = b.attempts || excluded.attempts
      """;

  private TransitionSql() {}
}
