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

  /**
   * How long jobs of light tenants waited to be claimed that came while the heavy one had a
   * backlog.
   */
  static final String LIGHT_WAITS =
      """
      select count(*) as jobs,
             percentile_cont(array[0.5, 0.95, 0.99, 1]) within group (
               order by 1000 * extract(epoch from started_at - created_at)) as millis
        from jobs
       where tenant like 'light-%'
         and created_at < (select max(started_at) from jobs where tenant = 'heavy')
      """;

  /**
   * For how many seconds jobs of a tenant held a slot between two times.
   *
   * <p>$1 tenant text, $2 from timestamptz, $3 to timestamptz
   */
  static final String SLOT_SECONDS =
      """
      select coalesce(sum(extract(epoch from
               least(coalesce(finished_at, $3), $3) - greatest(started_at, $2))), 0)::float8
        from jobs
       where tenant = $1 and started_at < $3 and (finished_at is null or finished_at > $2)
      """;

  /**
   * How many jobs of a tenant are ready and have not started.
   *
   * <p>$1 tenant text
   */
  static final String PENDING =
      """
      select count(*)
        from jobs
       where tenant = $1 and state = 'PENDING'
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
