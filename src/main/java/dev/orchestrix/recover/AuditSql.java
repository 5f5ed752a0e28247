package dev.orchestrix.recover;

/** The statements that look for what must never be. */
final class AuditSql {

  /**
   * The next jobs by id.
   *
   * <p>$1 the id after which to look uuid, $2 most jobs int4
   */
  private static final String NEXT =
      """
      select id, tenant, priority, state, attempt, created_at, run_at, concurrency_key
        from jobs
       where id > $1
       order by id
       limit $2
      """;

  /**
   * The newest jobs that are older than the last moments.
   *
   * <p>$1 the id before which to look uuid, $2 most jobs int4
   */
  private static final String NEWEST =
      """
      select id, tenant, priority, state, attempt, created_at, run_at, concurrency_key
        from jobs
       where id < $1
       order by id desc
       limit $2
      """;

  /**
   * Some jobs.
   *
   * <p>$1 ids uuid[], $2 unused int4
   */
  private static final String THESE =
      """
      select id, tenant, priority, state, attempt, created_at, run_at, concurrency_key
        from jobs
       where id = any($1::uuid[]) and $2::int4 is not null
      """;

  /**
   * What is suspicious among some jobs. A ready job whose tenant has a backlog in its priority, or
   * holds back others of it, is none: a feeder works there, and a row of the backlog cannot be
   * found by its job. Nor is one that waits in its lane to be called.
   *
   * <p>$1 and $2 choose the jobs, $3 whether ready jobs are looked at bool
   */
  private static final String SUSPECTS =
      """
      with slice as materialized (
      %s
      ), leased as materialized (
        select unnest(jobs) as job
          from leases
         where exists (select from slice where state = 'RUNNING')
      ), noted as materialized (
        select unnest(jobs) as job
          from outbox
      )
      select case s.state when 'PENDING' then 'pending_is_findable'
                          when 'RUNNING' then 'running_is_leased'
                          else 'waiting_has_timer' end as invariant,
             s.id, s.attempt
        from slice s
       where (s.state = 'PENDING' and $3::bool
              and s.created_at < now() - interval '5 seconds'
              and s.id not in (select job from noted)
              and (s.concurrency_key is null
                   or exists (select from lanes l where l.job = s.id and l.called))
              and not exists (
                select from backlog b where b.priority = s.priority and b.tenant = s.tenant)
              and not exists (
                select from held h where h.tenant = s.tenant and h.priority = s.priority))
          or (s.state = 'RUNNING' and s.id not in (select job from leased))
          or (s.state in ('SCHEDULED', 'RETRYING')
              and not exists (
                select from timers t where t.due_at = s.run_at and t.job = s.id))
       union all
      select 'keyed_has_place', s.id, s.attempt
        from slice s
       where s.concurrency_key is not null
         and s.state in ('SCHEDULED', 'BLOCKED', 'PENDING', 'RUNNING', 'RETRYING')
         and not exists (
           select from lanes l where l.job = s.id and (l.called or s.state <> 'RUNNING'))
      """;

  static final String SUSPECTS_NEXT = SUSPECTS.formatted(NEXT);
  static final String SUSPECTS_NEWEST = SUSPECTS.formatted(NEWEST);
  static final String SUSPECTS_AGAIN = SUSPECTS.formatted(THESE);

  /**
   * Where the slice ends: the last id of the next jobs; no row behind the last one.
   *
   * <p>$1 the id after which to look uuid, $2 most jobs int4
   */
  static final String SLICE_END =
      """
      select id
        from (select id from jobs where id > $1 order by id limit $2) slice
       order by id desc
       limit 1
      """;

  /**
   * Leases that have been there for a moment and none of whose jobs runs.
   *
   * <p>$1 the lease after which to look uuid, $2 most leases looked at int4
   */
  static final String EMPTY_LEASES =
      """
      select l.id,
             not exists (
               select from jobs j
                where j.id = any(l.jobs) and j.state = 'RUNNING' and j.node = l.node) as empty
        from (select id, node, jobs
                from leases
               where id > $1 and created_at < now() - interval '5 seconds'
               order by id
               limit $2) l
       order by l.id
      """;

  /**
   * The next leases of a node that have been there for a moment, and what they say that it runs: a
   * row for each such job, or one with nulls.
   *
   * <p>$1 node int4, $2 the lease after which to look uuid, $3 most leases int4
   */
  static final String OWN_LEASES =
      """
      select l.id, j.id as job, j.attempt
        from (select id, jobs
                from leases
               where node = $1 and id > $2 and created_at < now() - interval '5 seconds'
               order by id
               limit $3) l
        left join jobs j on j.id = any(l.jobs) and j.state = 'RUNNING' and j.node = $1
       order by l.id
      """;

  /**
   * Those of some jobs that a node runs, as its leases say.
   *
   * <p>$1 node int4, $2 jobs uuid[]
   */
  static final String OWN_JOBS =
      """
      select l.id, j.id as job, j.attempt
        from jobs j
        join leases l on j.id = any(l.jobs) and l.node = $1
       where j.id = any($2) and j.state = 'RUNNING' and j.node = $1
      """;

  private AuditSql() {}
}
