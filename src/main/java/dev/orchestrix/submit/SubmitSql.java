package dev.orchestrix.submit;

/** The statement of submissions. */
final class SubmitSql {

  /**
   * Writes a batch of jobs together with what makes them found: a timer for what has to wait for
   * its time, a backlog row for what has to wait for room, one outbox row for all others. What may
   * run out of time while it waits has rows for that beside it.
   *
   * <p>$1 ids uuid[], $2 tenants text[], $3 types text[], $4 priorities int2[], $5 payloads text[],
   * $6 times to run at timestamptz[] or nulls, $7 most attempts int2[], $8 retry policies text[] or
   * nulls, $9 timeouts in ms int8[] or nulls, $10 tags text[], each joined by U+001F, or nulls, $11
   * traces text[] or nulls; of what waits for its time: $12 due times timestamptz[], $13 ids
   * uuid[]; of what waits for room: $14 ids uuid[], and for each of its rows $15 priority int2[],
   * $16 tenant text[], $17 place of the first id int4[], $18 place of the last int4[]; of the
   * outbox: $19 id uuid, $20 node int4, $21 ids uuid[]; and of every job $22 when it expires
   * timestamptz[] or nulls, $23 deadlines timestamptz[] or nulls, $24 heartbeats in ms int8[] or
   * nulls; of what a clock may end while it waits: $25 due times timestamptz[], $26 ids uuid[]; and
   * of every job, or null, $27 rate keys text[], $28 costs int2[], $29 concurrency keys text[]; and
   * of all of them $30 the tenants text[], each once. A column that has nothing but nulls is empty.
   *
   * <p>When one of the tenants is leaving or gone nothing is written, and those are the answer: a
   * node may not have heard of that yet.
   */
  static final String INSERT =
      """
      with closed as materialized (
        select tenant
          from unnest($30::text[]) as n(tenant)
         where tenant <> all(array(select id
                                     from tenants
                                    where id = any($30) and leaving_at is null))
      ), made as (
        insert into jobs (id, tenant, type, state, priority, payload, run_at, max_attempts, retry,
                          timeout_ms, tags, trace, expires_at, deadline_at, heartbeat_ms,
                          rate_key, cost, concurrency_key)
        select id, tenant, type,
               case when run_at is null then 'PENDING'::job_state else 'SCHEDULED'::job_state end,
               priority, payload, run_at, max_attempts, retry, timeout_ms,
               string_to_array(tags, chr(31)), trace, expires_at, deadline_at, heartbeat_ms,
               rate_key, cost, concurrency_key
          from unnest($1::uuid[], $2::text[], $3::text[], $4::int2[], $5::text[],
                      $6::timestamptz[], $7::int2[], $8::text[], $9::int8[], $10::text[],
                      $11::text[], $22::timestamptz[], $23::timestamptz[], $24::int8[],
                      $27::text[], $28::int2[], $29::text[])
            as i(id, tenant, type, priority, payload,
                 run_at, max_attempts, retry, timeout_ms, tags,
                 trace, expires_at, deadline_at, heartbeat_ms,
                 rate_key, cost, concurrency_key)
         where not exists (select from closed)
      ), timed as (
        insert into timers (due_at, job, attempt)
        select due_at, job, 0
          from unnest($12::timestamptz[], $13::uuid[]) as t(due_at, job)
         where not exists (select from closed)
      ), expiring as (
        insert into expiries (due_at, job)
        select due_at, job
          from unnest($25::timestamptz[], $26::uuid[]) as e(due_at, job)
         where not exists (select from closed)
      ), waiting as (
        insert into backlog (priority, tenant, first, jobs, attempts)
        select priority, tenant, ($14::uuid[])[first], ($14::uuid[])[first:last],
               array_fill(0, array[last - first + 1])
          from unnest($15::int2[], $16::text[], $17::int4[], $18::int4[])
            as w(priority, tenant, first, last)
         where not exists (select from closed)
      ), noted as (
        insert into outbox (id, node, jobs)
        select $19, $20, $21::uuid[]
         where cardinality($21::uuid[]) > 0 and not exists (select from closed)
      )
      select tenant
        from closed
      """;

  /**
   * Those of some tenants that are leaving or gone.
   *
   * <p>$1 tenants text[], each once
   */
  static final String CLOSED =
      """
      select tenant
        from unnest($1::text[]) as n(tenant)
       where tenant <> all(array(select id
                                   from tenants
                                  where id = any($1) and leaving_at is null))
      """;

  private SubmitSql() {}
}
