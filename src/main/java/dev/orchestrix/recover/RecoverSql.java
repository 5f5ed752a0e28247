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

  /**
   * Puts every job that is ready, and that no stream knows any more, into the backlog. One with a
   * concurrency key that is not called was on no stream.
   *
   * <p>Of what Redis knows: $1 jobs uuid[], $2 attempts int4[]
   */
  static final String READ_ALL_PENDING =
      """
      with unknown as (
        select j.priority, j.tenant, j.id, j.attempt,
               row_number() over (partition by j.priority, j.tenant order by j.id) / 64 as part
          from jobs j
          left join (
            select unnest(jobs) as job, null::int4 as attempt from backlog
            union all
            select unnest(jobs), null from held
            union all
            select job, attempt from unnest($1::uuid[], $2::int4[]) as r(job, attempt)) known
              on known.job = j.id and (known.attempt is null or known.attempt = j.attempt)
         where j.state = 'PENDING' and known.job is null
           and (j.concurrency_key is null
                or j.id in (select job from lanes where called))
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
