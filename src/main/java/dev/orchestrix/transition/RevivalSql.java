package dev.orchestrix.transition;

/**
 * The statements that take a job out of FAILED by command, and back. Each names the job, the state
 * it leaves and the attempt.
 */
final class RevivalSql {

  /**
   * Makes a failed job ready again, as if it had not been tried yet; its errors stay, its letter
   * goes. What its clocks have run out of they do not hold against it any more. A checkpoint was
   * made of the payload: with another one it goes. With a concurrency key it stands at the end of
   * its lane, and waits there to be called.
   *
   * <p>$1 id uuid, $2 attempt int4, $3 payload text or null to keep it
   */
  static final String RETRY =
      """
      with ready as (
        update jobs j
           set state = 'PENDING', failures = 0, crashes = 0, run_at = null, finished_at = null,
               payload = coalesce($3, j.payload),
               checkpoint = case when $3 is null then j.checkpoint end,
               expires_at = case when j.expires_at > now() then j.expires_at end,
               deadline_at = case when j.deadline_at > now() then j.deadline_at end
         where j.id = $1 and j.state = 'FAILED' and j.attempt = $2
        returning j.id, j.tenant, j.type, j.priority, j.attempt, j.concurrency_key
      ), gone as (
        delete from dead_letters
         where job = $1 and tenant = any(array(select tenant from ready))
      ), queued as (
        insert into lanes (tenant, key, job)
        select tenant, concurrency_key, id
          from ready
         where concurrency_key is not null
        on conflict (job) do update
           set place = default, called = false
      ), waiting as (
        insert into backlog as b (priority, tenant, first, jobs, attempts)
        select priority, tenant, id, array[id], array[attempt]
          from ready
         where concurrency_key is null
        on conflict (priority, tenant, first) do update
           set jobs = b.jobs || excluded.jobs, attempts = b.attempts || excluded.attempts
      )
      select id, tenant, type, priority, attempt, concurrency_key
        from ready
      """;

  /**
   * Takes a redrive one step further: its next failed jobs are ready again, their letters are kept
   * with the redrive, and its place is moved, all or nothing. Whoever does not know the place where
   * it really is, or comes after its end, moves nothing. Jobs with a concurrency key stand at the
   * ends of their lanes then.
   *
   * <p>$1 redrive uuid, $2 its place uuid or null, $3 its next place uuid, $4 tenant text, $5 ids
   * uuid[], $6 attempts int4[], $7 lowest id, $8 highest id
   */
  static final String REDRIVE =
      """
      with turn as (
        select id
          from redrives
         where id = $1 and state = 'RUNNING' and place is not distinct from $2
           for update
      ), ready as (
        update jobs j
           set state = 'PENDING', failures = 0, crashes = 0, run_at = null, finished_at = null,
               expires_at = case when j.expires_at > now() then j.expires_at end,
               deadline_at = case when j.deadline_at > now() then j.deadline_at end
          from unnest($5::uuid[], $6::int4[]) as e(id, attempt), dead_letters d
         where exists (select from turn)
           and j.id = any($5) and j.id between $7 and $8
           and j.id = e.id and j.state = 'FAILED' and j.attempt = e.attempt
           and d.tenant = $4 and d.job = any($5) and d.job = j.id
        returning j.id, j.tenant, j.type, j.priority, j.attempt, to_json(d)::text as letter,
                  j.concurrency_key
      ), gone as (
        delete from dead_letters d
         using ready r
         where d.tenant = $4 and d.job = any($5) and d.job = r.id
      ), noted as (
        insert into redriven (redrive, job, attempt, letter)
        select $1, id, attempt, letter
          from ready
      ), queued as (
        insert into lanes (tenant, key, job)
        select tenant, concurrency_key, id
          from ready
         where concurrency_key is not null
         order by id
        on conflict (job) do update
           set place = default, called = false
      ), waiting as (
        insert into backlog as b (priority, tenant, first, jobs, attempts)
        select priority, tenant, (array_agg(id order by id))[1],
               array_agg(id order by id), array_agg(attempt order by id)
          from (
            select id, tenant, priority, attempt,
                   row_number() over (partition by priority order by id) / 64 as part
              from ready
             where concurrency_key is null) parted
         group by priority, tenant, part
        on conflict (priority, tenant, first) do update
           set jobs = b.jobs || excluded.jobs, attempts = b.attempts || excluded.attempts
      ), moved as (
        update redrives
           set place = $3, moved = moved + (select count(*) from ready), updated_at = now()
         where id = $1 and exists (select from turn)
      )
      select id, tenant, type, priority, attempt, concurrency_key
        from ready
      """;

  /**
   * Fails jobs of a redrive again that have not started since, and restores their letters.
   *
   * <p>$1 redrive uuid, $2 ids uuid[], $3 lowest id, $4 highest id
   */
  static final String UNDO =
      """
      with failed as (
        update jobs j
           set state = 'FAILED',
               finished_at = (r.letter::json ->> 'failed_at')::timestamptz
          from redriven r
         where r.redrive = $1 and r.job = any($2)
           and j.id = any($2) and j.id between $3 and $4
           and j.id = r.job and j.state = 'PENDING' and j.attempt = r.attempt
        returning j.id, j.tenant, j.type, j.priority, j.attempt, r.letter
      ), restored as (
        insert into dead_letters
        select l.*
          from failed f, json_populate_record(null::dead_letters, f.letter::json) l
            on conflict do nothing
      ), gone as (
        delete from redriven r
         using failed f
         where r.redrive = $1 and r.job = any($2) and r.job = f.id
      ), counted as (
        update redrives
           set undone = undone + (select count(*) from failed), updated_at = now()
         where id = $1 and exists (select from failed)
      )
      select id, tenant, type, priority, attempt
        from failed
      """;

  private RevivalSql() {}
}
