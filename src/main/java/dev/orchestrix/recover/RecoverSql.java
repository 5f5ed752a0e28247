package dev.orchestrix.recover;

/** The statements that find what was lost. */
final class RecoverSql {

  /**
   * Nodes that have not renewed their lease in time, by the database's clock.
   *
   * <p>$1 lease in ms int8, $2 the node that asks int4
   */
  static final String DEAD_NODES =
      """
      select id
        from nodes
       where heartbeat_at < now() - $1 * interval '1 ms' and id <> $2
      """;

  /** The nodes that are registered. */
  static final String NODES =
      """
      select id
        from nodes
      """;

  /** Leases of nodes that are not registered any more: claims that came as the node was buried. */
  static final String ORPHANED_LEASES =
      """
      select distinct node
        from leases l
       where not exists (select from nodes n where n.id = l.node)
         and l.created_at < now() - interval '5 seconds'
      """;

  /** The batches that were written and may not have been relayed. */
  static final String OUTBOX =
      """
      select id
        from outbox
      """;

  /**
   * Every job that is ready and waits nowhere in Postgres, so that a stream should know it. One
   * with a concurrency key that is not called was on no stream.
   */
  static final String ON_STREAMS =
      """
      select j.id
        from jobs j
        left join (
          select unnest(jobs) as job from backlog
          union all
          select unnest(jobs) from held) waiting on waiting.job = j.id
       where j.state = 'PENDING' and waiting.job is null
         and (j.concurrency_key is null
              or j.id in (select job from lanes where called)
              or j.id in (select unnest(jobs) from outbox))
      """;

  /**
   * Puts jobs into the backlog that are still ready and are neither there nor in Redis, and forgets
   * batches of the outbox, whose jobs are among them.
   *
   * <p>$1 jobs uuid[]; of what Redis knows: $2 jobs uuid[], $3 attempts int4[]; $4 outbox ids
   * uuid[]
   */
  static final String RESTORE =
      """
      with forgotten as (
        delete from outbox
         where id = any($4)
      ), unknown as (
        select j.priority, j.tenant, j.id, j.attempt,
               row_number() over (partition by j.priority, j.tenant order by j.id) / 64 as part
          from unnest($1::uuid[]) as e(id)
          join jobs j on j.id = e.id
          left join (
            select unnest(jobs) as job, null::int4 as attempt from backlog
            union all
            select unnest(jobs), null from held
            union all
            select job, attempt from unnest($2::uuid[], $3::int4[]) as r(job, attempt)) known
              on known.job = j.id and (known.attempt is null or known.attempt = j.attempt)
         where j.state = 'PENDING' and known.job is null
      ), waiting as (
        insert into backlog as b (priority, tenant, first, jobs, attempts)
        select priority, tenant, (array_agg(id order by id))[1],
               array_agg(id order by id), array_agg(attempt order by id)
          from unknown
         group by priority, tenant, part
        on conflict (priority, tenant, first) do update
           set jobs = b.jobs || excluded.jobs, attempts = b.attempts || excluded.attempts
      )
      select count(*)
        from unknown
      """;

  private RecoverSql() {}
}
