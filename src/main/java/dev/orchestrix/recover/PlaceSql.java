package dev.orchestrix.recover;

/**
 * The statements that look through the tables which name jobs. Each answers the job, what is wrong
 * with it or null, and the place after which to look next.
 */
final class PlaceSql {

  /**
   * What batches name: jobs that are to be relayed, and jobs that run. Only what is wrong.
   *
   * <p>$1 most rows int4
   */
  static final String BATCHES =
      seen(
          """
          select n.job, 'named_job_exists' as wrong
            from (select unnest(jobs) as job from outbox
                   union all
                  select unnest(jobs) from leases) n
            left join jobs j on j.id = n.job
           where %s
           limit $1
          """);

  /**
   * The next rows of the backlog, as many as it takes to have so many jobs.
   *
   * <p>$1 priority int2, $2 tenant text, $3 first uuid, after which to look; $4 jobs int4
   */
  static final String BACKLOG =
      seen(
          """
          select n.job, case when %s then 'named_job_exists' end as wrong,
                 n.priority, n.tenant, n.first
            from (select priority, tenant, first, unnest(jobs) as job
                    from (select priority, tenant, first, jobs,
                                 sum(cardinality(jobs))
                                   over (order by priority, tenant, first rows unbounded preceding)
                                   - cardinality(jobs) as before
                            from (select priority, tenant, first, jobs
                                    from backlog
                                   where (priority, tenant, first) > ($1::int2, $2, $3)
                                   order by priority, tenant, first
                                   limit $4) next) slice
                   where before < $4) n
            left join jobs j on j.id = n.job
           order by n.priority, n.tenant, n.first
          """);

  /**
   * The next timers.
   *
   * <p>$1 due at timestamptz, $2 job uuid, after which to look; $3 most rows int4
   */
  static final String TIMERS =
      seen(
          """
          select n.job, case when %s then 'named_job_exists' end as wrong, n.due_at, n.job as last
            from (select due_at, job
                    from timers
                   where (due_at, job) > ($1, $2)
                   order by due_at, job
                   limit $3) n
            left join jobs j on j.id = n.job
           order by n.due_at, n.job
          """);

  /**
   * The next dead letters.
   *
   * <p>$1 tenant text, $2 job uuid, after which to look; $3 most rows int4
   */
  static final String LETTERS =
      seen(
          """
          select n.job,
                 case when %s then 'named_job_exists'
                      when j.state <> 'FAILED' then 'letter_is_of_failed' end as wrong,
                 n.tenant, n.job as last
            from (select tenant, job
                    from dead_letters
                   where (tenant, job) > ($1, $2)
                   order by tenant, job
                   limit $3) n
            left join jobs j on j.id = n.job
           order by n.tenant, n.job
          """);

  /**
   * Those of some jobs that are still gone, and those whose letter is still wrong.
   *
   * <p>$1 jobs uuid[]
   */
  static final String AGAIN =
      """
      select 'named_job_exists' as invariant, n.job, 0 as attempt
        from unnest($1::uuid[]) as n(job)
       where not exists (select from jobs j where j.id = n.job)
       union all
      select 'letter_is_of_failed', j.id, 0
        from jobs j
        join dead_letters d on d.tenant = j.tenant and d.job = j.id
       where j.id = any($1) and j.state <> 'FAILED'
      """;

  /**
   * Fills in whether a job that is named is gone, although the partition of its day is not: else
   * only a whole partition goes, in which no job lives, or a job together with all that names it.
   */
  private static String seen(String statement) {
    var gone =
        """
        (j.id is null and to_regclass('jobs_' || to_char(to_timestamp(
          ('x' || left(replace(n.job::text, '-', ''), 12))::bit(48)::int8 / 1000.0)
            at time zone 'UTC', 'YYYYMMDD')) is not null)
        """;
    return statement.formatted(gone.strip());
  }

  private PlaceSql() {}
}
