package dev.orchestrix.node;

/** The statements of a node's registration. */
final class NodeSql {

  /**
   * Registers a node and gives it its number.
   *
   * <p>$1 name text, $2 roles text
   */
  static final String JOIN =
      """
      insert into nodes (name, roles)
      values ($1, $2)
      returning id
      """;

  /**
   * Renews the node's lease; no row means that others have taken its work back. For JDBC.
   *
   * <p>first node int4
   */
  static final String HEARTBEAT =
      """
      update nodes
         set heartbeat_at = now()
       where id = ?
      """;

  /**
   * Leaves, unless the node still owns something that the reaper must find. Leases whose jobs have
   * all ended are nothing.
   *
   * <p>$1 node int4
   */
  static final String LEAVE =
      """
      with freed as (
        delete from leases l
         where l.node = $1
           and not exists (
             select from jobs j
              where j.id = any(l.jobs) and j.state = 'RUNNING' and j.node = $1)
        returning l.id
      )
      delete from nodes
       where id = $1
         and not exists (
           select from leases
            where node = $1 and id not in (select id from freed))
      """;

  private NodeSql() {}
}
