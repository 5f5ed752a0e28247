package dev.orchestrix.submit;

/** The statement of submissions. */
final class SubmitSql {

  /**
   * Writes a batch of jobs together with what makes them found: a timer for what has to wait for
   * its time, a backlog row for what has to wait for room, one outbox row for all others.
   *
   * <p>$1 ids uuid[], $2 tenants text[], $3 types text[], $4 priorities int2[], $5 payloads text[],
   * $6 times to run at timestamptz[] or nulls, $7 most attempts int2[], $8 retry policies text[] or
   * nulls, $9 timeouts in ms int8[] or nulls, $10 tags text[], each joined by U+001F, or nulls, $11
   * traces text[] or nulls, $12 numbers of the backlog rows that jobs are to share int4[] or nulls,
   * $13 outbox id uuid, $14 node int4, $15 ids for the outbox uuid[]
   */
  static final String INSERT =
      """
      with input as (
        select *
          from unnest($1::uuid[], $2::text[], $3::text[], $4::int2[], $5::text[],
                      $6::timestamptz[], $7::int2[], $8::text[], $9::int8[], $10::text[],
                      $11::text[], $12::int4[])
            as i(id, tenant, type, priority, payload,
                 run_at, max_attempts, retry, timeout_ms, tags,
                 trace, line)
      ), made as (
        insert into jobs (id, tenant, type, state, priority, payload, run_at, max_attempts, retry,
                          timeout_ms, tags, trace)
        select id, tenant, type,
               case when run_at is null then 'PENDING' else 'SCHEDULED' end::job_state,
               priority, payload, run_at, max_attempts, retry, timeout_ms,
               string_to_array(tags, chr(31)), trace
          from input
      ), timed as (
        insert into timers (due_at, job, attempt)
        select run_at, id, 0
          from input
         where run_at is not null
      ), waiting as (
        insert into backlog (priority, tenant, first, jobs, attempts)
        select priority, tenant, (array_agg(id order by id))[1], array_agg(id),
               array_fill(0, array[count(*)::int4])
          from input
         where line is not null
         group by line, priority, tenant
      )
      insert into outbox (id, node, jobs)
      select $13, $14, $15::uuid[]
       where cardinality($15::uuid[]) > 0
      """;

  private SubmitSql() {}
}
