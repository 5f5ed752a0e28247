package dev.orchestrix.submit;

/**
 * The statements of submissions with a key, or of which there is to be only one, in the order of
 * their transaction. Lanes are locked first, in the order of their hashes, then rows in the order
 * of tenant and key, those of keys before those of kinds: whoever waits for another's transaction
 * holds nothing that one still wants.
 */
final class KeyedSql {

  /**
   * Locks lanes until the end of the transaction: whoever comes next sees what this one has
   * written, and has later places. The locks are on hashes; two lanes with the same one wait for
   * each other now and then. A node that is stopped in the middle does not hold them for long.
   *
   * <p>$1 tenants text[], $2 keys text[]
   */
  static final String LOCK_LANES =
      """
      select pg_advisory_xact_lock(hash),
             set_config('idle_in_transaction_session_timeout', '5s', true)
        from (
          select distinct hashtextextended(tenant || chr(31) || key, 0) as hash
            from unnest($1::text[], $2::text[]) as n(tenant, key)
           order by hash) lanes
      """;

  /**
   * The first jobs of lanes that run, are ready or will be tried again, in the order of their
   * places; in a snapshot taken after the lanes were locked.
   *
   * <p>$1 tenants text[], $2 keys text[], $3 how many of each at most int8[]
   */
  static final String READ_LANES =
      """
      select n.tenant, n.key, l.job
        from unnest($1::text[], $2::text[], $3::int8[]) as n(tenant, key, most)
       cross join lateral (
         select w.job
           from lanes w
          cross join lateral (
            select state
              from jobs
             where id = w.job
            offset 0
          ) j
          where w.tenant = n.tenant and w.key = n.key
            and j.state in ('PENDING', 'RUNNING', 'RETRYING')
          order by w.place
          limit n.most
       ) l
      """;

  /**
   * Gives jobs their places in lanes that are locked, in the order of the arrays.
   *
   * <p>$1 tenants text[], $2 keys text[], $3 jobs uuid[]
   */
  static final String ENTER_LANES =
      """
      insert into lanes (tenant, key, job)
      select tenant, key, job
        from unnest($1::text[], $2::text[], $3::uuid[]) with ordinality
          as n(tenant, key, job, number)
       order by number
      """;

  /**
   * Takes keys that are not in use, and locks those that are. A key whose time is over is not in
   * use. Answers those that were taken.
   *
   * <p>$1 tenants text[], $2 keys text[], $3 jobs uuid[], $4 hashes of the requests in hex text[],
   * $5 how long keys are kept in ms int8
   */
  static final String TAKE_KEYS =
      """
      insert into idempotency_keys as k (tenant, key, job, request, expires_at)
      select tenant, key, job, decode(request, 'hex'), now() + $5 * interval '1 ms'
        from unnest($1::text[], $2::text[], $3::uuid[], $4::text[]) as n(tenant, key, job, request)
       order by tenant, key
      on conflict (tenant, key) do update
         set job = excluded.job, request = excluded.request, expires_at = excluded.expires_at
       where k.expires_at <= now()
      returning tenant, key
      """;

  /**
   * What keys stand for, in a snapshot taken after they were locked.
   *
   * <p>$1 tenants text[], $2 keys text[]
   */
  static final String READ_KEYS =
      """
      select n.tenant, n.key, k.job, encode(k.request, 'hex') as request
        from unnest($1::text[], $2::text[]) as n(tenant, key)
       cross join lateral (
         select job, request
           from idempotency_keys i
          where i.tenant = n.tenant and i.key = n.key
         offset 0
       ) k
      """;

  /**
   * Takes kinds that no job has stood for, and locks those that one has. A row that is not written
   * is locked all the same, and a row that is being swept away is written anew. Answers those that
   * were taken.
   *
   * <p>$1 tenants text[], $2 kinds in hex text[], $3 jobs uuid[], $4 states text[], each joined by
   * commas, $5 periods in ms int8[] or nulls
   */
  static final String TAKE_KINDS =
      """
      insert into unique_jobs as u (tenant, key, job, states, until)
      select tenant, decode(key, 'hex'), job, string_to_array(states, ',')::job_state[],
             now() + period * interval '1 ms'
        from unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::int8[])
          as n(tenant, key, job, states, period)
       order by tenant, key
      on conflict (tenant, key) do update
         set job = u.job
       where false
      returning tenant, encode(key, 'hex') as key
      """;

  /**
   * The jobs that stand for kinds, in a snapshot taken after the kinds were locked. A job that is
   * gone, or not written yet, is left out.
   *
   * <p>$1 tenants text[], $2 kinds in hex text[]
   */
  static final String READ_KINDS =
      """
      select n.tenant, n.key, j.id, j.state::text as state, j.attempt, j.run_at,
             array_to_string(u.states, ',') as states, coalesce(u.until > now(), false) as recent
        from unnest($1::text[], $2::text[]) as n(tenant, key)
       cross join lateral (
         select job, states, until
           from unique_jobs s
          where s.tenant = n.tenant and s.key = decode(n.key, 'hex')
         offset 0
       ) u
       cross join lateral (
         select id, state, attempt, run_at
           from jobs
          where id = u.job
         offset 0
       ) j
      """;

  /**
   * Changes jobs that still wait as they did, together with the timers that are to move. A row that
   * somebody else is moving right now is not waited for: that job is about to leave its state.
   * Answers the jobs that were changed.
   *
   * <p>$1 ids uuid[], $2 states text[], $3 attempts int4[], $4 times of timers to be moved
   * timestamptz[] or nulls, $5 times to move them to timestamptz[] or nulls for now, $6 payloads
   * text[] or nulls to keep, $7 priorities int2[] or nulls to keep, $8 tags text[], each joined by
   * U+001F, or nulls to keep, $9 retry policies text[], empty for none, $10 most attempts int2[] or
   * nulls to keep both, $11 timeouts in ms int8[], negative for none, or nulls to keep, $12 lowest
   * id, $13 highest id
   */
  static final String CHANGE =
      """
      with wanted as (
        select *
          from unnest($1::uuid[], $2::text[], $3::int4[], $4::timestamptz[], $5::timestamptz[],
                      $6::text[], $7::int2[], $8::text[], $9::text[], $10::int2[], $11::int8[])
            as w(id, state, attempt, due_at, run_at, payload, priority, tags, retry, max_attempts,
                 timeout_ms)
      ), waiting as (
        select due_at, job
          from timers
         where due_at = any($4) and job = any($1)
           for update skip locked
      ), held as (
        select id
          from jobs
         where id = any($1) and id between $12 and $13
           for no key update skip locked
      ), changed as (
        update jobs j
           set payload = coalesce(w.payload, j.payload),
               priority = coalesce(w.priority, j.priority),
               run_at = case when w.due_at is null then j.run_at
                             else coalesce(w.run_at, date_trunc('milliseconds', now())) end,
               tags = case when w.tags is null then j.tags
                           else string_to_array(nullif(w.tags, ''), chr(31)) end,
               retry = case when w.max_attempts is null then j.retry
                            else nullif(w.retry, '') end,
               max_attempts = coalesce(w.max_attempts, j.max_attempts),
               timeout_ms = case when w.timeout_ms is null then j.timeout_ms
                                 when w.timeout_ms >= 0 then w.timeout_ms end
          from wanted w
          join held h on h.id = w.id
          left join waiting t on t.job = w.id and t.due_at = w.due_at
         where j.id = any($1) and j.id between $12 and $13
           and j.id = w.id and j.state = w.state::job_state and j.attempt = w.attempt
           and (w.due_at is null or t.job is not null)
        returning j.id, w.due_at, j.run_at
      ), moved as (
        update timers t
           set due_at = c.run_at
          from changed c
         where t.due_at = any($4) and t.job = any($1)
           and t.due_at = c.due_at and t.job = c.id
      )
      select id, case when due_at is not null then run_at end as due_at
        from changed
      """;

  /**
   * Where jobs are now.
   *
   * <p>$1 ids uuid[], $2 lowest id, $3 highest id
   */
  static final String STATES =
      """
      select id, state::text as state
        from jobs
       where id = any($1) and id between $2 and $3
      """;

  /**
   * Lets other jobs stand for kinds that are locked.
   *
   * <p>$1 tenants text[], $2 kinds in hex text[], $3 jobs uuid[], $4 states text[], each joined by
   * commas, $5 periods in ms int8[] or nulls
   */
  static final String SUCCEED =
      """
      insert into unique_jobs (tenant, key, job, states, until)
      select tenant, decode(key, 'hex'), job, string_to_array(states, ',')::job_state[],
             now() + period * interval '1 ms'
        from unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::int8[])
          as n(tenant, key, job, states, period)
      on conflict (tenant, key) do update
         set job = excluded.job, states = excluded.states, until = excluded.until
      """;

  /**
   * Lets keys that were taken just now stand for jobs that were there before.
   *
   * <p>$1 tenants text[], $2 keys text[], $3 jobs uuid[]
   */
  static final String POINT_KEYS =
      """
      update idempotency_keys k
         set job = n.job
        from unnest($1::text[], $2::text[], $3::uuid[]) as n(tenant, key, job)
       where k.tenant = any($1) and k.key = any($2)
         and k.tenant = n.tenant and k.key = n.key
      """;

  /**
   * Frees keys that were taken just now.
   *
   * <p>$1 tenants text[], $2 keys text[]
   */
  static final String FREE_KEYS =
      """
      delete from idempotency_keys k
       using unnest($1::text[], $2::text[]) as n(tenant, key)
       where k.tenant = any($1) and k.key = any($2)
         and k.tenant = n.tenant and k.key = n.key
      """;

  private KeyedSql() {}
}
