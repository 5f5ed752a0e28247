package dev.orchestrix.query;

/** The statements that tell why a job does not run. */
final class ExplainSql {

  /**
   * What is to be known of one job.
   *
   * <p>$1 id uuid
   */
  static final String JOB =
      """
      select id, tenant, type, state::text as state, priority, attempt, run_at, rate_key, cost,
             concurrency_key
        from jobs
       where id = $1
      """;

  /**
   * Whether a job is in the backlog, and how many of its tenant and priority are before it there;
   * looks at the rows of a million jobs or so.
   *
   * <p>$1 priority int2, $2 tenant text, $3 id uuid
   */
  static final String BACKLOG =
      """
      with rows as (
        select first, jobs
          from backlog
         where priority = $1 and tenant = $2
         order by first
         limit 30000
      ), mine as (
        select first, array_position(jobs, $3) - 1 as within
          from rows
         where $3 = any(jobs)
         limit 1
      )
      select m.within + coalesce((
               select sum(cardinality(r.jobs))
                 from rows r
                where r.first < m.first), 0) as ahead
        from mine m
      """;

  /**
   * What a job is held for, and how many that wait for the same are before it; looks at the rows of
   * a million jobs or so.
   *
   * <p>$1 priority int2, $2 tenant text, $3 id uuid
   */
  static final String HELD =
      """
      with mine as (
        select reason, first, array_position(jobs, $3) - 1 as within
          from (select reason, first, jobs
                  from held
                 where tenant = $2 and priority = $1
                 limit 30000) own
         where $3 = any(jobs)
         limit 1
      )
      select m.reason,
             m.within + coalesce((
               select sum(cardinality(h.jobs))
                 from held h
                where h.reason = m.reason
                  and (h.priority < $1
                       or (h.priority = $1 and (h.tenant <> $2 or h.first < m.first)))
                  and (h.tenant = $2 or h.first < m.first)), 0) as ahead
        from mine m
      """;

  /**
   * The place of a job in the lane of its concurrency key: whether it was called, how many were,
   * and how many are before it.
   *
   * <p>$1 tenant text, $2 key text, $3 id uuid
   */
  static final String LANE =
      """
      select m.called,
             (select count(*) from lanes l
               where l.tenant = $1 and l.key = $2 and l.called) as used,
             (select count(*) from lanes l
               where l.tenant = $1 and l.key = $2 and not l.called and l.place < m.place) as ahead
        from lanes m
       where m.job = $3
      """;

  /** How many nodes run jobs. */
  static final String EXECUTORS =
      """
      select count(*)
        from nodes
       where roles like '%executor%' and heartbeat_at > now() - interval '15 seconds'
      """;

  /**
   * What makes jobs wait, by the seconds that they have waited for it in all: what jobs are held
   * for, and the backlog of each tenant and priority. A row counts from its first job.
   *
   * <p>$1 most rows int4
   */
  static final String BLOCKERS =
      """
      select reason, tenant, priority, jobs, waiting_seconds
        from (
          select reason, null as tenant, null::int2 as priority, sum(cardinality(jobs)) as jobs,
                 sum(cardinality(jobs)
                     * extract(epoch from now() - uuid_extract_timestamp(first)))::float8
                   as waiting_seconds
            from held
           group by reason
           union all
          select null, tenant, priority, sum(cardinality(jobs)),
                 sum(cardinality(jobs)
                     * extract(epoch from now() - uuid_extract_timestamp(first)))::float8
            from backlog
           group by tenant, priority) known
       order by waiting_seconds desc
       limit $1
      """;

  private ExplainSql() {}
}
