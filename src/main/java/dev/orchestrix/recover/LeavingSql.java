package dev.orchestrix.recover;

/** The statements by which a deletion waits for what began before it. */
final class LeavingSql {

  /** The time. */
  static final String NOW =
      """
      select clock_timestamp()
      """;

  /**
   * Whether every transaction of a node that began before a moment has ended. Whatever was
   * committed by then is seen by all that began later.
   *
   * <p>$1 that moment timestamptz
   */
  static final String SETTLED =
      """
      select not exists (
        select from pg_stat_activity
         where datname = current_database() and application_name = 'orchestrix'
           and pid <> pg_backend_pid() and xact_start <= $1)
      """;

  private LeavingSql() {}
}
