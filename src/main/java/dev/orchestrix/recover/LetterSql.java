package dev.orchestrix.recover;

/** The statements of the dead letters and of redrives, but for those that move jobs. */
final class LetterSql {

  /**
   * Discards the letter of a job.
   *
   * <p>$1 job uuid
   */
  static final String DISCARD =
      """
      delete from dead_letters d
       using jobs j
       where j.id = $1 and d.tenant = j.tenant and d.job = j.id
      """;

  /**
   * Forgets letters whose jobs are gone with their partition.
   *
   * <p>$1 ids below uuid, $2 most letters int4
   */
  static final String FORGET_LETTERS =
      """
      delete from dead_letters
       where (tenant, job) in (
         select l.tenant, l.job
           from dead_letters l
          where l.job < $1 and not exists (select from jobs j where j.id = l.job)
          limit $2)
      """;

  /**
   * Forgets redrives that ended long ago, with what was left of them.
   *
   * <p>$1 age in ms int8
   */
  static final String FORGET_REDRIVES =
      """
      delete from redrives
       where state <> 'RUNNING' and updated_at < now() - $1 * interval '1 ms'
      """;

  /**
   * Asks for a redrive. Nothing is written when its tenant is leaving or gone.
   *
   * <p>$1 id uuid, $2 tenant text, $3 filter text, $4 rate float8, $5 failures to stop after int4
   * or null
   */
  static final String ASK =
      """
      insert into redrives (id, tenant, filter, rate, stop_after_failures, state)
      select $1, $2, $3, $4, $5, 'RUNNING'
       where exists (select from tenants where id = $2 and leaving_at is null)
      """;

  /**
   * Moves a redrive to another state, unless it is in none from which one comes there.
   *
   * <p>$1 id uuid, $2 next state text, $3 states that may come before text[]
   */
  static final String MOVE =
      """
      update redrives
         set state = $2, updated_at = now()
       where id = $1 and state = any($3)
      """;

  /** Redrives that have something to do: jobs to make ready, or jobs of theirs to wait for. */
  static final String ACTIVE =
      """
      select id, tenant, rate, place, state
        from redrives r
       where state = 'RUNNING' or exists (select from redriven where redrive = r.id)
       order by id
      """;

  /**
   * The next letters of a redrive, with the attempt of the job if it is still failed. Letters that
   * were written after it was asked for are not its own: a job that fails again is not tried for
   * ever.
   *
   * <p>$1 redrive uuid, $2 jobs above uuid, $3 most letters int4
   */
  static final String NEXT =
      """
      with asked as materialized (
        select tenant, created_at, filter::json ->> 'type' as type,
               filter::json ->> 'category' as category,
               filter::json ->> 'fingerprint' as fingerprint,
               (filter::json ->> 'failed_after')::timestamptz as failed_after,
               (filter::json ->> 'failed_before')::timestamptz as failed_before
          from redrives
         where id = $1
      ), next as (
        select l.job
          from asked a
          join dead_letters l on l.tenant = a.tenant
         where l.job > $2 and l.failed_at <= a.created_at
           and (a.type is null or l.type = a.type)
           and (a.category is null or l.category = a.category)
           and (a.fingerprint is null or l.fingerprint = a.fingerprint)
           and (a.failed_after is null or l.failed_at >= a.failed_after)
           and (a.failed_before is null or l.failed_at < a.failed_before)
         order by l.job
         limit $3
      )
      select n.job, j.attempt
        from next n
        left join jobs j on j.id = n.job and j.state = 'FAILED'
       order by n.job
      """;

  /**
   * Jobs that a redrive has made ready and that have not ended, as far as is known.
   *
   * <p>$1 redrive uuid, $2 jobs above uuid, $3 most jobs int4
   */
  static final String ON_THEIR_WAY =
      """
      select job
        from redriven
       where redrive = $1 and job > $2
       order by job
       limit $3
      """;

  /**
   * Forgets those of a redrive's jobs that have ended, counts those that have failed again, and
   * ends the redrive when there are too many of them.
   *
   * <p>$1 redrive uuid, $2 ids uuid[], $3 lowest id, $4 highest id
   */
  static final String SETTLE =
      """
      with known as (
        select e.id, j.state
          from unnest($2::uuid[]) as e(id)
          left join jobs j on j.id = e.id and j.id = any($2) and j.id between $3 and $4
      ), over as (
        delete from redriven r
         using known k
         where r.redrive = $1 and r.job = any($2) and r.job = k.id
           and (k.state is null or k.state in ('SUCCEEDED', 'FAILED', 'CANCELLED'))
        returning k.state
      ), again as (
        select count(*) filter (where state = 'FAILED') as failed, count(*) as ended
          from over
      )
      update redrives r
         set failed = r.failed + a.failed,
             state = case when r.state = 'RUNNING'
                           and r.failed + a.failed >= r.stop_after_failures
                          then 'FAILED_TOO_OFTEN' else r.state end,
             updated_at = now()
        from again a
       where r.id = $1 and a.ended > 0
      returning r.state, r.failed
      """;

  private LetterSql() {}
}
