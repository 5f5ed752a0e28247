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

  private ScheduleSql() {}
}
