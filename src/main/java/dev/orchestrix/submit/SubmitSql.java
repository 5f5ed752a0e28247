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
   * traces text[] or nulls, $12 for the backlog bool[], $13 outbox id uuid, $14 node int4, $15 ids
   * for the outbox uuid[]
   */
  static final String INSERT =
      """
      with input as (
        select *
          from unnest($1::uuid[], $2::text[], $3::text[], $4::int2[], $5::text[],
                      $6::timestamptz[], $7::int2[], $8::text[], $9::int8[], $10::text[],
                      $11::text[], $12::bool[])
            as i(id, tenant, type, priority, payload,
                 run_at, max_attempts, retry, timeout_ms, tags,
                 trace, waits)
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
        insert into backlog (priority, tenant, job, attempt)
        select priority, tenant, id, 0
          from input
         where waits
      )
      insert into outbox (id, node, jobs)
      select $13, $14, $15::uuid[]
       where cardinality($15::uuid[]) > 0
      """;

  private SubmitSql() {}
}
