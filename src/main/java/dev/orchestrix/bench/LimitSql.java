package dev.orchestrix.bench;

/** The bare loop: what Postgres cannot be spared, in a schema of its own. */
final class LimitSql {

  static final String DROP = "drop schema if exists bench_limit cascade";

  static final String CREATE = "create schema bench_limit";

  /** The engine's own table and indexes, in one piece. */
  static final String CREATE_JOBS =
      """
      create table bench_limit.jobs (like jobs including defaults including indexes)
        with (fillfactor = 48)
      """;

  static final String CREATE_OUTBOX =
      "create table bench_limit.outbox (like outbox including defaults including indexes)";

  /**
   * Adds a batch of jobs and its one outbox row.
   *
   * <p>$1 ids uuid[], $2 payloads text[], $3 id of the outbox row uuid
   */
  static final String INSERT =
      """
      with accepted as (
        insert into bench_limit.jobs (id, tenant, type, state, priority, max_attempts, payload)
        select id, 'default', 'noop', 'PENDING', 1, 3, payload
          from unnest($1::uuid[], $2::text[]) as new (id, payload)
      )
      insert into bench_limit.outbox (id, node, jobs)
      values ($3, 1, $1)
      """;

  /**
   * Claims a batch.
   *
   * <p>$1 ids uuid[]
   */
  static final String CLAIM =
      """
      update bench_limit.jobs
         set state = 'RUNNING', attempt = attempt + 1, node = 1, started_at = now()
       where id = any ($1) and state = 'PENDING'
      returning id, payload
      """;

  /**
   * Ends a batch.
   *
   * <p>$1 ids uuid[]
   */
  static final String COMPLETE =
      """
      update bench_limit.jobs
         set state = 'SUCCEEDED', node = null, finished_at = now()
       where id = any ($1) and state = 'RUNNING' and attempt = 1
      """;

  static final String COUNT_SUCCEEDED =
      "select count(*) from bench_limit.jobs where state = 'SUCCEEDED'";

  private LimitSql() {}
}
