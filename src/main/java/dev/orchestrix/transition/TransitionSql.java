package dev.orchestrix.transition;

/**
 * Every statement that moves a job. Each names the job, the state it leaves and the attempt.
 *
 * <p>A statement that fails jobs also writes their dead letters, so that no failed job is without
 * one:
 *
 * <pre>{@code
 * with ended as (
 *   update jobs j
 *      set state = 'FAILED', finished_at = now(),
 *          errors = errors_with(j.errors, j.attempt, j.type, 'EXPIRED', 'why, for a person')
 *    where ...
 *   returning j.id, j.tenant, j.type, j.errors, ...
 * ), letters as (
 *   insert into dead_letters
 *   select l.*
 *     from ended e, dead_letter(e.tenant, e.id, e.type, e.errors) l
 *       on conflict do nothing
 * )
 * }</pre>
 *
 * The letter is made from the last error. There is none to conflict with, as whatever makes a
 * failed job ready again takes its letter away ({@link RevivalSql}).
 */
final class TransitionSql {

  /**
   * Claims what is still ready, and writes who has it. Jobs that are not returned were cancelled,
   * are duplicates, or were claimed by somebody else. What begins too late is claimed as well, and
   * says so: whoever has claimed it ends it. A node whose row is gone gets nothing but one row of
   * nulls: others have taken its work back, and would not find what it claimed now.
   *
   * <p>A job with a concurrency key is claimed only while it is called. Its row in the lane is
   * locked for that, so that a call which is being taken back is waited for; no other job pays.
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
           and exists (select from nodes where id = $5)
           and (j.concurrency_key is null
                or (select true from lanes l where l.job = j.id and l.called for share))
        returning j.id, j.attempt, j.type, j.payload, j.failures, j.retry, j.errors, j.timeout_ms,
                  j.trace, coalesce(j.run_at, j.created_at) as ready_at,
                  j.expires_at <= now() and j.attempt = 1 as expired,
                  (extract(epoch from j.deadline_at - now()) * 1000)::int8 as left_ms,
                  j.heartbeat_ms, j.checkpoint, j.report, j.concurrency_key
      ), leased as (
        insert into leases (id, node, jobs)
        select $6, $5, array_agg(id)
          from claimed
        having count(*) > 0
      )
      select id, attempt, type, payload, failures, retry, errors, timeout_ms, trace, ready_at,
             expired, left_ms, heartbeat_ms, checkpoint, report, concurrency_key
        from claimed
       union all
      select null, null, null, null, null, null, null, null, null, null, null, null, null, null,
             null, null
       where not exists (select from nodes where id = $5)
      """;

  /**
   * Deletes leases whose jobs have all ended.
   *
   * <p>$1 leases uuid[]
   */
  static final String FREE =
      """
      delete from leases
       where id = any($1)
      """;

  /**
   * Writes outcomes of attempts that still own their jobs, with what follows from them: a timer for
   * a retry, a backlog row for what was handed back, or one among the held, a dead letter for what
   * failed. Leases whose last jobs these were go. A checkpoint is kept for the next attempt, and
   * after a failure for whoever retries the job.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 next states text[], $4 waits in ms int8[], $5 failures
   * after it int2[], $6 results text[] or nulls, $7 errors text[] or nulls to keep, $8 reports
   * text[] or nulls to keep, $9 lowest id, $10 highest id, $11 leases uuid[], $12 checkpoints
   * text[] or nulls to keep, $13 what jobs wait for that are handed back text[] or nulls
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
                      $7::text[], $8::text[], $12::text[], $13::text[])
            as o(id, attempt, state, wait_ms, failures, result, errors, report, checkpoint, reason)
         where j.id = any($1) and j.id between $9 and $10
           and j.id = o.id and j.state = 'RUNNING' and j.attempt = o.attempt
        returning j.id, j.tenant, j.type, j.priority, j.attempt, j.state, j.run_at, o.reason,
                  case when j.state = 'FAILED' then j.errors end as errors
      ), letters as (
        insert into dead_letters
        select l.*
          from ended e, dead_letter(e.tenant, e.id, e.type, e.errors) l
         where e.state = 'FAILED'
            on conflict do nothing
      ), timed as (
        insert into timers (due_at, job, attempt)
        select run_at, id, attempt
          from ended
         where state = 'RETRYING'
      ), handed_back as (
        insert into backlog as b (priority, tenant, first, jobs, attempts)
        select priority, tenant, (array_agg(id order by id))[1], array_agg(id), array_agg(attempt)
          from ended
         where state = 'PENDING' and reason is null
         group by priority, tenant
        on conflict (priority, tenant, first) do update
           set jobs = b.jobs || excluded.jobs, attempts = b.attempts || excluded.attempts
      ), kept_waiting as (
        insert into held as h (reason, priority, tenant, first, jobs, attempts)
        select reason, priority, tenant, (array_agg(id order by id))[1],
               array_agg(id order by id), array_agg(attempt order by id)
          from ended
         where state = 'PENDING' and reason is not null
         group by reason, priority, tenant
        on conflict (reason, priority, tenant, first) do update
           set jobs = h.jobs || excluded.jobs, attempts = h.attempts || excluded.attempts
      ), freed as (
        delete from leases
         where id = any($11)
      )
      select id, case when state = 'RETRYING' then run_at end as due_at, attempt
        from ended
      """;

  /**
   * Writes that attempts that still own their jobs have succeeded: what nearly all do, without what
   * the others need. Leases whose last jobs these were go, and so do checkpoints, which nobody
   * takes up again. Answers nulls when all were accepted, else which attempts were.
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
        returning j.id, j.attempt
      ), freed as (
        delete from leases
         where id = any($7)
      )
      select case when count(*) < cardinality($1::uuid[])
                  then coalesce(array_agg(id), '{}') end as ids,
             case when count(*) < cardinality($1::uuid[])
                  then coalesce(array_agg(attempt), '{}') end as attempts
        from ended
      """;

  /**
   * Makes jobs ready whose time has come. Their timers go, whether or not they still wait. Those
   * with a concurrency key that are not called go nowhere: they are called in their turn.
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
        returning j.id, j.attempt, j.tenant, j.type, j.priority,
                  case when j.concurrency_key is not null
                        and (select true from lanes l where l.job = j.id and l.called) is null
                       then j.concurrency_key end as lane
      ), noted as (
        insert into outbox (id, node, jobs)
        select $5, $6, array_agg(id)
          from ready
         where $4 and lane is null
        having count(*) > 0
      ), waiting as (
        insert into backlog as b (priority, tenant, first, jobs, attempts)
        select priority, tenant, (array_agg(id order by id))[1], array_agg(id), array_agg(attempt)
          from ready
         where not $4 and lane is null
         group by priority, tenant
        on conflict (priority, tenant, first) do update
           set jobs = b.jobs || excluded.jobs, attempts = b.attempts || excluded.attempts
      )
      select id, attempt, tenant, type, priority, lane
        from ready
      """;

  /**
   * Takes back what a dead node was running: to the backlog, or to CANCELLED if it was asked to end
   * it, or, when too many nodes have died under a job, to FAILED. The node's row goes in the same
   * moment, unless the node has renewed its lease meanwhile: then nothing happens.
   *
   * <p>$1 node int4, $2 crashes at which a job fails int2, $3 lease in ms int8
   */
  static final String TAKE_BACK =
      """
      with dead as (
        delete from nodes
         where id = $1 and heartbeat_at < now() - $3 * interval '1 ms'
        returning id
      ), lost as (
        delete from leases
         where node = $1
           and (exists (select from dead) or not exists (select from nodes where id = $1))
        returning jobs
      ), taken as (
        select l.job, c.attempt as unwanted, c.reason
          from (select unnest(jobs) as job from lost) l
          left join cancellations c on c.job = l.job and c.node = $1
      ), left_running as (
        update jobs j
           set state = case when t.unwanted = j.attempt then 'CANCELLED'
                            when j.crashes + 1 >= $2 then 'FAILED'
                            else 'PENDING' end::job_state,
               crashes = j.crashes + 1,
               finished_at = case when t.unwanted = j.attempt or j.crashes + 1 >= $2
                                  then now() end,
               errors = case when t.unwanted = j.attempt
                             then errors_with(j.errors, j.attempt, j.type, 'CANCELLED', t.reason)
                             when j.crashes + 1 >= $2
                             then errors_with(j.errors, j.attempt, j.type, 'POISON',
                                    'its node died under it ' || j.crashes + 1 || ' times')
                             else j.errors end
          from taken t
         where j.id = any(array(select job from taken))
           and j.id = t.job and j.state = 'RUNNING' and j.node = $1
        returning j.id, j.tenant, j.type, j.priority, j.attempt, j.state,
                  case when j.state = 'FAILED' then j.errors end as errors
      ), letters as (
        insert into dead_letters
        select l.*
          from left_running e, dead_letter(e.tenant, e.id, e.type, e.errors) l
         where e.state = 'FAILED'
            on conflict do nothing
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
