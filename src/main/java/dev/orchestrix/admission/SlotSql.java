package dev.orchestrix.admission;

/** The statement that counts slots. */
final class SlotSql {

  /**
   * The jobs that run of some tenants and some types.
   *
   * <p>$1 tenants text[], $2 types text[]
   */
  static final String RUNNING =
      """
      select j.id, j.tenant, j.type
        from (select unnest(jobs) as job from leases) l
        join jobs j on j.id = l.job
       where j.state = 'RUNNING' and (j.tenant = any($1) or j.type = any($2))
      """;

  private SlotSql() {}
}
