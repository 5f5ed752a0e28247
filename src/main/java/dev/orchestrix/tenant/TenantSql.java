package dev.orchestrix.tenant;

/** The statements about tenants. */
final class TenantSql {

  /** Every tenant, by id. */
  static final String LIST =
      """
      select id, weight, rate, burst, running, quota_pending, quota_per_day, quota_bytes,
             quota_payload_bytes, updated_at
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
      select id, weight, rate, burst, running, quota_pending, quota_per_day, quota_bytes,
             quota_payload_bytes, updated_at
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
      select id, weight, rate, burst, running, quota_pending, quota_per_day, quota_bytes,
             quota_payload_bytes, updated_at
        from tenants
       where id = $1
      """;

  /**
   * Makes a tenant or replaces all that is set of it. Of two at the same time the later one has the
   * later time: the clock is read when the row is held.
   *
   * <p>$1 id text, $2 weight int4, $3 rate float8 or null, $4 burst int4 or null, $5 running int4
   * or null; quotas, or nulls: $6 pending int8, $7 per day int8, $8 bytes int8, $9 payload bytes
   * int4
   */
  static final String PUT =
      """
      insert into tenants (id, weight, rate, burst, running, quota_pending, quota_per_day, quota_bytes,
                           quota_payload_bytes)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      on conflict (id) do update
         set weight = excluded.weight, rate = excluded.rate, burst = excluded.burst,
             running = excluded.running, quota_pending = excluded.quota_pending,
             quota_per_day = excluded.quota_per_day, quota_bytes = excluded.quota_bytes,
             quota_payload_bytes = excluded.quota_payload_bytes, updated_at = clock_timestamp()
      returning id, weight, rate, burst, running, quota_pending, quota_per_day, quota_bytes,
                quota_payload_bytes, updated_at
      """;

  private TenantSql() {}
}
