package dev.orchestrix.admission;

/** The statements that count slots. */
final class SlotSql {

  /**
   * The jobs that run of some tenants and some types.
   *
   * <p>$1 tenants text[], $2 types text[]
   */
  static final String RUNNING =
      """
      select j.id, j.tenant, j.type, j.priority, j.attempt
        from (select unnest(jobs) as job from leases) l
        join jobs j on j.id = l.job
       where j.state = 'RUNNING' and (j.tenant = any($1) or j.type = any($2))
      """;

  /**
   * Which of some jobs run.
   *
   * <p>$1 ids uuid[], $2 lowest id, $3 highest id
   */
  static final String RUN =
      """
      select id
        from jobs
       where id = any($1) and id between $2 and $3
         and state = 'RUNNING'
      """;

  private SlotSql() {}
}
