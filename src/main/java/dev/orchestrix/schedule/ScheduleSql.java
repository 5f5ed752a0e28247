package dev.orchestrix.schedule;

/** The statements of timers. */
final class ScheduleSql {

  /**
   * The next timers up to a horizon, earliest first.
   *
   * <p>$1 horizon in ms int8, $2 most int4
   */
  static final String UPCOMING =
      """
      select due_at, job, due_at <= now() as due
        from timers
       where due_at < now() + $1 * interval '1 ms'
       order by due_at
       limit $2
      """;

  /**
   * Jobs of which a clock has run out, the longest ago first.
   *
   * <p>$1 most int4
   */
  static final String EXPIRED =
      """
      select job
        from expiries
       where due_at <= now()
       order by due_at
       limit $1
      """;

  private ScheduleSql() {}
}
