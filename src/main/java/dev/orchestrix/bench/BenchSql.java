package dev.orchestrix.bench;

/** What is asked of Postgres beside the load. */
final class BenchSql {

  /**
   * How many jobs of a range of ids are in which state.
   *
   * <p>$1 lowest id uuid, $2 highest id uuid
   */
  static final String COUNT_STATES =
      """
      select state::text, count(*)
        from jobs
       where id between $1 and $2
       group by state
      """;

  /**
   * When the jobs of a range had ended, at some fractions of them.
   *
   * <p>$1 lowest id uuid, $2 highest id uuid, $3 fractions float8[], each 0..1
   */
  static final String ENDED_AT =
      """
      select percentile_disc($3::float8[]) within group (order by finished_at)
        from jobs
       where id between $1 and $2
      """;

  /** What the server is and how it writes. */
  static final String SETTINGS =
      """
      select current_setting('server_version') as version,
             current_setting('fsync') as fsync,
             current_setting('synchronous_commit') as synchronous_commit,
             current_setting('full_page_writes') as full_page_writes,
             current_setting('wal_sync_method') as wal_sync_method,
             current_setting('shared_buffers') as shared_buffers
      """;

  private BenchSql() {}
}
