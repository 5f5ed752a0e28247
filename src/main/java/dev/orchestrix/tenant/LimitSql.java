package dev.orchestrix.tenant;

/** The statements about limits of types and keys. */
final class LimitSql {

  /**
   * What has changed since a moment that was read before; all there is, since the beginning of
   * time. The overlap is for transactions that began before it and have committed after.
   *
   * <p>$1 that moment timestamptz
   */
  static final String CHANGED =
      """
      select kind, tenant, name, rate, burst, running, strategy, gone, updated_at
        from limits
       where updated_at > $1::timestamptz - interval '10 seconds'
      """;

  /**
   * Limits of one kind, or of a tenant, or both, by name.
   *
   * <p>$1 kind text or null, $2 tenant text or null, $3 the name after which to begin, with kind
   * and tenant before it text[], $4 most rows int4
   */
  static final String LIST =
      """
      select kind, tenant, name, rate, burst, running, strategy, gone, updated_at
        from limits
       where not gone and kind = coalesce($1, kind) and tenant = coalesce($2, tenant)
         and (kind, tenant, name) > (($3::text[])[1], ($3::text[])[2], ($3::text[])[3])
       order by kind, tenant, name
       limit $4
      """;

  /**
   * One limit, also one that is gone.
   *
   * <p>$1 kind text, $2 tenant text, $3 name text
   */
  static final String FIND =
      """
      select kind, tenant, name, rate, burst, running, strategy, gone, updated_at
        from limits
       where kind = $1 and tenant = $2 and name = $3
      """;

  /**
   * Sets a limit. Of two at the same time the later one has the later time: the clock is read when
   * the row is held. No row when the tenant is leaving or gone.
   *
   * <p>$1 kind text, $2 tenant text, $3 name text, $4 rate float8 or null, $5 burst int4 or null,
   * $6 running int4 or null, $7 strategy text
   */
  static final String PUT =
      """
      insert into limits (kind, tenant, name, rate, burst, running, strategy)
      select $1, $2, $3, $4, $5, $6, $7
       where $2 = '' or exists (select from tenants where id = $2 and leaving_at is null)
      on conflict (kind, tenant, name) do update
         set rate = excluded.rate, burst = excluded.burst, running = excluded.running,
             strategy = excluded.strategy, gone = false, updated_at = clock_timestamp()
      returning kind, tenant, name, rate, burst, running, strategy, gone, updated_at
      """;

  /**
   * Takes a limit away; no row when there is none.
   *
   * <p>$1 kind text, $2 tenant text, $3 name text
   */
  static final String REMOVE =
      """
      update limits
         set gone = true, updated_at = clock_timestamp()
       where kind = $1 and tenant = $2 and name = $3 and not gone
      returning kind, tenant, name, rate, burst, running, strategy, gone, updated_at
      """;

  private LimitSql() {}
}
