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
      select j.id, j.tenant, j.type, j.state::text as state, j.priority, j.attempt, j.run_at,
             j.rate_key, j.cost, j.concurrency_key, t.leaving_at is not null as leaving
        from jobs j
        left join tenants t on t.id = j.tenant
       where j.id = $1
      """;

  /**
   * How many jobs of its tenant and priority are before a job in the backlog; no row when it is not
   * there. It is looked for in rows that were written shortly before it, and what is before it is
   * counted to some 300,000 jobs.
   *
   * <p>$1 priority int2, $2 tenant text, $3 id uuid
   */
  static final String BACKLOG =
      """
      with mine as (
        select first, array_position(jobs, $3) - 1 as within
          from (select first, jobs
                  from backlog
                 where priority = $1 and tenant = $2 and first <= $3
                 order by first desc
                 limit 10000) near
         where $3 = any(jobs)
         limit 1
      )
      select null::text as reason, m.within + b.jobs as ahead, b.rows = 10000 as at_least
        from mine m
       cross join lateral (
         select coalesce(sum(size), 0)::int8 as jobs, count(*) as rows
           from (select cardinality(jobs) as size
                   from backlog
                  where priority = $1 and tenant = $2 and first < m.first
                  limit 10000) before) b
      """;

  /**
   * What a job is held for, and how many of its tenant go before it: those of higher priorities
   * that wait for the same, and of its own those that came before. Looks for it in the rows of a
   * million jobs or so, and counts some 300,000 of each priority.
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
      select m.reason, m.within + sum(b.jobs)::int8 as ahead, bool_or(b.rows = 10000) as at_least
        from mine m
       cross join generate_series(0, $1::int4) p(priority)
       cross join lateral (
         select coalesce(sum(size), 0) as jobs, count(*) as rows
           from (select cardinality(jobs) as size
                   from held
                  where reason = m.reason and priority = p.priority and tenant = $2
                    and (p.priority < $1 or first < m.first)
                  limit 10000) before) b
       group by m.reason, m.within
      """;

  /**
   * How many jobs in the lane of a concurrency key are called, and how many that are not, up to
   * 10,000, are before a job; no row when it is called itself.
   *
   * <p>$1 tenant text, $2 key text, $3 id uuid
   */
  static final String LANE =
      """
      select u.used, b.ahead, b.ahead = 10000 as at_least
        from lanes m
       cross join lateral (
         select count(*) as used
           from lanes
          where tenant = $1 and key = $2 and called) u
       cross join lateral (
         select count(*) as ahead
           from (select
                   from lanes
                  where tenant = $1 and key = $2 and not called and place < m.place
                  limit 10000) before) b
       where m.job = $3 and not m.called
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
