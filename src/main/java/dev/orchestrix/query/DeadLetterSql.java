package dev.orchestrix.query;

/** Statements that read dead letters and redrives. */
final class DeadLetterSql {

  /**
   * The letter of one job.
   *
   * <p>$1 job uuid
   */
  static final String FIND =
      """
      select l.tenant, l.job, l.type, l.category, l.fingerprint, l.message, l.failed_at
        from jobs j
        join dead_letters l on l.tenant = j.tenant and l.job = j.id
       where j.id = $1
      """;

  /**
   * A page of a tenant's letters, newest job first. Looks at no more than $6 of them, however few
   * match.
   *
   * <p>$1 tenant text, $2 jobs below uuid, $3 type text or null, $4 category text or null, $5
   * fingerprint text or null, $6 letters to look at int8, $7 letters wanted int8
   */
  static final String LIST =
      """
      select tenant, job, type, category, fingerprint, message, failed_at
        from (
          select tenant, job, type, category, fingerprint, message, failed_at
            from dead_letters
           where tenant = $1 and job < $2
             and ($5::text is null or fingerprint = $5)
           order by job desc
           limit $6
        ) newest
       where ($3::text is null or type = $3)
         and ($4::text is null or category = $4)
       order by job desc
       limit $7
      """;

  /**
   * The last letter that {@link #LIST} has looked at; no row means that it has looked at all.
   *
   * <p>$1 tenant text, $2 jobs below uuid, $3 fingerprint text or null, $4 letters looked at less
   * one int8
   */
  static final String LAST_LOOKED_AT =
      """
      select job
        from dead_letters
       where tenant = $1 and job < $2
         and ($3::text is null or fingerprint = $3)
       order by job desc
      offset $4
       limit 1
      """;

  /**
   * The most frequent causes among the letters of a tenant's newest jobs. The first column is the
   * same in every row: how many letters were looked at. Without any cause there is one row.
   *
   * <p>$1 tenant text, $2 type text or null, $3 category text or null, $4 letters to look at int8,
   * $5 groups wanted int4
   */
  static final String GROUPS =
      """
      with newest as (
        select job, fingerprint, type, category, failed_at
          from dead_letters
         where tenant = $1
         order by job desc
         limit $4
      ), causes as (
        select fingerprint, count(*) as count, min(failed_at) as first_at,
               max(failed_at) as last_at, (array_agg(job order by job desc))[1] as sample
          from newest
         where ($2::text is null or type = $2)
           and ($3::text is null or category = $3)
         group by fingerprint
         order by count desc, fingerprint
         limit $5
      )
      select n.looked_at, c.count, c.first_at, c.last_at, l.tenant, l.job, l.type, l.category,
             l.fingerprint, l.message, l.failed_at
        from (select count(*) as looked_at from newest) n
        left join (causes c join dead_letters l on l.tenant = $1 and l.job = c.sample) on true
       order by c.count desc, c.fingerprint
      """;

  /**
   * How many letters a filter means, counting no further than $7.
   *
   * <p>$1 tenant text, $2 type text, $3 category text, $4 fingerprint text, $5 failed from
   * timestamptz, $6 failed before timestamptz, each or null, $7 most int8
   */
  static final String COUNT =
      """
      select count(*)
        from (
          select
            from dead_letters
           where tenant = $1
             and ($2::text is null or type = $2)
             and ($3::text is null or category = $3)
             and ($4::text is null or fingerprint = $4)
             and ($5::timestamptz is null or failed_at >= $5)
             and ($6::timestamptz is null or failed_at < $6)
           limit $7) counted
      """;

  /**
   * The first letters that a redrive with a filter would move.
   *
   * <p>$1 tenant text, $2 type text, $3 category text, $4 fingerprint text, $5 failed from
   * timestamptz, $6 failed before timestamptz, each or null, $7 letters wanted int8
   */
  static final String SAMPLE =
      """
      select tenant, job, type, category, fingerprint, message, failed_at
        from dead_letters
       where tenant = $1
         and ($2::text is null or type = $2)
         and ($3::text is null or category = $3)
         and ($4::text is null or fingerprint = $4)
         and ($5::timestamptz is null or failed_at >= $5)
         and ($6::timestamptz is null or failed_at < $6)
       order by job
       limit $7
      """;

  /**
   * Whose a redrive is.
   *
   * <p>$1 id uuid
   */
  static final String REDRIVE_OWNER =
      """
      select tenant
        from redrives
       where id = $1
      """;

  /**
   * Redrives, newest first, each with the letters that are still before it.
   *
   * <p>$1 tenant text or null, $2 id uuid or null, $3 ids below uuid, $4 redrives wanted int8, $5
   * most letters to count int8
   */
  static final String REDRIVES =
      """
      with asked as materialized (
        select id, tenant, filter, rate, stop_after_failures, state, moved, failed, undone, place,
               created_at, updated_at,
               filter::json ->> 'type' as type,
               filter::json ->> 'category' as category,
               filter::json ->> 'fingerprint' as fingerprint,
               (filter::json ->> 'failed_after')::timestamptz as failed_after,
               (filter::json ->> 'failed_before')::timestamptz as failed_before
          from redrives
         where ($1::text is null or tenant = $1) and ($2::uuid is null or id = $2) and id < $3
         order by id desc
         limit $4
      )
      select id, tenant, filter, rate, stop_after_failures, state, moved, failed, undone,
             created_at, updated_at,
             case when state in ('DONE', 'UNDONE') then 0 else (
               select count(*)
                 from (
                   select
                     from dead_letters l
                    where l.tenant = a.tenant and l.failed_at <= a.created_at
                      and l.job > coalesce(a.place, '00000000-0000-0000-0000-000000000000')
                      and (a.type is null or l.type = a.type)
                      and (a.category is null or l.category = a.category)
                      and (a.fingerprint is null or l.fingerprint = a.fingerprint)
                      and (a.failed_after is null or l.failed_at >= a.failed_after)
                      and (a.failed_before is null or l.failed_at < a.failed_before)
                    limit $5) counted)
             end as remaining
        from asked a
       order by id desc
      """;

  private DeadLetterSql() {}
}
