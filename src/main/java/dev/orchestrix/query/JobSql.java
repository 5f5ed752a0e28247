package dev.orchestrix.query;

/** Statements that read jobs. */
final class JobSql {

  /**
   * One job with everything.
   *
   * <p>$1 id uuid
   */
  static final String FIND =
      """
      select id, tenant, type, state::text as state, priority, attempt, max_attempts,
             created_at, run_at, started_at, finished_at, tags,
             failures, crashes, timeout_ms, expires_at, deadline_at, heartbeat_ms, retry, trace,
             payload, result, errors, report, checkpoint, rate_key, cost, concurrency_key,
             exists (select from cancellations c where c.job = j.id) as cancelling
        from jobs j
       where id = $1
      """;

  /**
   * Whose one job is.
   *
   * <p>$1 id uuid
   */
  static final String OWNER =
      """
      select tenant
        from jobs
       where id = $1
      """;

  /**
   * What the attempts of one job have said.
   *
   * <p>$1 id uuid
   */
  static final String REPORT =
      """
      select report
        from jobs
       where id = $1
      """;

  /**
   * Where some jobs stand. The bounds let partitions be left out before they are opened.
   *
   * <p>$1 smallest id uuid, $2 largest id uuid, $3 ids uuid[]
   */
  static final String STANDINGS =
      """
      select id, state::text as state, attempt
        from jobs
       where id between $1 and $2
         and id = any($3)
      """;

  /**
   * A page of a tenant's jobs, newest first. Looks at no more than $6 of them, however few match,
   * so that no filter makes it read a whole history.
   *
   * <p>$1 tenant text, $2 ids below uuid, $3 states text[] (empty for any), $4 type text or null,
   * $5 tag text or null, $6 jobs to look at int8, $7 jobs wanted int8
   */
  static final String LIST =
      """
      select id, tenant, type, state, priority, attempt, max_attempts,
             created_at, run_at, started_at, finished_at, tags, rate_key, cost, concurrency_key
        from (
          select id, tenant, type, state::text as state, priority, attempt, max_attempts,
                 created_at, run_at, started_at, finished_at, tags, rate_key, cost,
                 concurrency_key
            from jobs
           where tenant = $1
             and id < $2
           order by id desc
           limit $6
        ) newest
       where (cardinality($3::text[]) = 0 or state = any($3))
         and ($4::text is null or type = $4)
         and ($5::text is null or $5 = any(tags))
       order by id desc
       limit $7
      """;

  /**
   * How many of a tenant's newest jobs match. Looks at as many as {@link #LIST}.
   *
   * <p>$1 tenant text, $2 ids below uuid, $3 states text[] (empty for any), $4 type text or null,
   * $5 tag text or null, $6 jobs to look at int8
   */
  static final String COUNT =
      """
      select count(*)
        from (
          select type, state::text as state, tags
            from jobs
           where tenant = $1
             and id < $2
           order by id desc
           limit $6
        ) newest
       where (cardinality($3::text[]) = 0 or state = any($3))
         and ($4::text is null or type = $4)
         and ($5::text is null or $5 = any(tags))
      """;

  /**
   * The last job that {@link #LIST} has looked at; no row means that it has looked at all.
   *
   * <p>$1 tenant text, $2 ids below uuid, $3 jobs looked at less one int8
   */
  static final String LAST_LOOKED_AT =
      """
      select id
        from jobs
       where tenant = $1
         and id < $2
       order by id desc
      offset $3
       limit 1
      """;

  private JobSql() {}
}
