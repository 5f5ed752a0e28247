package dev.orchestrix.tenant;

/** The statements about tenants. */
final class TenantSql {

  /** Every tenant, by id. */
  static final String LIST =
      """
      select id, rate, burst, updated_at
        from tenants
       order by id
      """;

  /**
   * What has changed since a moment that was read before. The overlap is for transactions that
   * began before it and have committed after.
   *
   * <p>$1 that moment timestamptz
   */
  static final String CHANGED =
      """
      select id, rate, burst, updated_at
        from tenants
       where updated_at > $1::timestamptz - interval '10 seconds'
      """;

  /**
   * One tenant; no row when there is none.
   *
   * <p>$1 id text
   */
  static final String FIND =
      """
      select id, rate, burst, updated_at
        from tenants
       where id = $1
      """;

  /**
   * Makes a tenant or replaces its limits. Of two at the same time the later one has the later
   * time: the clock is read when the row is held.
   *
   * <p>$1 id text, $2 rate float8 or null, $3 burst int4 or null
   */
  static final String PUT =
      """
      insert into tenants (id, rate, burst)
      values ($1, $2, $3)
      on conflict (id) do update
         set rate = excluded.rate, burst = excluded.burst, updated_at = clock_timestamp()
      returning id, rate, burst, updated_at
      """;

  private TenantSql() {}
}
