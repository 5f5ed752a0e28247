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

  /**
   * Forgets a node that has nothing left.
   *
   * <p>$1 node int4
   */
  static final String FORGET_NODE =
      """
      delete from nodes
       where id = $1
      """;

  /** Leases of nodes that are not registered any more. */
  static final String ORPHANED_LEASES =
      """
      select distinct node
        from leases l
       where not exists (select from nodes n where n.id = l.node)
         and l.created_at < now() - interval '1 minute'
      """;

  /** Puts every job that is ready, and that no stream knows any more, into the backlog. */
  static final String READ_ALL_PENDING =
      """
      insert into backlog (priority, tenant, job, attempt)
      select j.priority, j.tenant, j.id, j.attempt
        from jobs j
       where j.state = 'PENDING'
         and not exists (
           select from backlog b
            where b.priority = j.priority and b.tenant = j.tenant and b.job = j.id)
      on conflict (priority, tenant, job) do nothing
      """;

  private RecoverSql() {}
}
