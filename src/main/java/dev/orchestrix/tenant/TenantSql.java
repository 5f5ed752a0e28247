package dev.orchestrix.tenant;

/** The statements about tenants. */
final class TenantSql {

  /** Every tenant, by id. */
  static final String LIST =
      """
      select id, weight, rate, burst, running, quota_pending, quota_per_day, quota_bytes,
             quota_payload_bytes, retention_ms, leaving_at, updated_at
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
             quota_payload_bytes, retention_ms, leaving_at, updated_at
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
             quota_payload_bytes, retention_ms, leaving_at, updated_at
        from tenants
       where id = $1
      """;

  /**
   * Makes a tenant or replaces all that is set of it. Of two at the same time the later one has the
   * later time: the clock is read when the row is held. No row while it is being deleted.
   *
   * <p>$1 id text, $2 weight int4, $3 rate float8 or null, $4 burst int4 or null, $5 running int4
   * or null; quotas, or nulls: $6 pending int8, $7 per day int8, $8 bytes int8, $9 payload bytes
   * int4; $10 retention in ms int8 or null
   */
  static final String PUT =
      """
      insert into tenants as t (id, weight, rate, burst, running, quota_pending, quota_per_day, quota_bytes,
                           quota_payload_bytes, retention_ms)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      on conflict (id) do update
         set weight = excluded.weight, rate = excluded.rate, burst = excluded.burst,
             running = excluded.running, quota_pending = excluded.quota_pending,
             quota_per_day = excluded.quota_per_day, quota_bytes = excluded.quota_bytes,
             quota_payload_bytes = excluded.quota_payload_bytes,
             retention_ms = excluded.retention_ms, updated_at = clock_timestamp()
       where t.leaving_at is null
      returning id, weight, rate, burst, running, quota_pending, quota_per_day, quota_bytes,
                quota_payload_bytes, retention_ms, leaving_at, updated_at
      """;

  /**
   * Begins to delete a tenant; what was begun before keeps its time. No row when there is none.
   *
   * <p>$1 id text
   */
  static final String LEAVE =
      """
      update tenants
         set leaving_at = coalesce(leaving_at, now()),
             updated_at = case when leaving_at is null then clock_timestamp() else updated_at end
       where id = $1
      returning id, weight, rate, burst, running, quota_pending, quota_per_day, quota_bytes,
                quota_payload_bytes, retention_ms, leaving_at, updated_at
      """;

  /**
   * Takes from a tenant that is leaving what was given to it: its keys open nothing, its limits and
   * its pause are gone, its redrives stop. Answers whether there was anything.
   *
   * <p>$1 id text
   */
  static final String CLOSE =
      """
      with leaving as (
        select id
          from tenants
         where id = $1 and leaving_at is not null
      ), keys as (
        update api_keys
           set revoked_at = now(), updated_at = clock_timestamp()
         where tenant = (select id from leaving) and revoked_at is null
        returning 1
      ), unlimited as (
        update limits
           set gone = true, updated_at = clock_timestamp()
         where tenant = (select id from leaving) and not gone
        returning 1
      ), resumed as (
        update pauses
           set gone = true, updated_at = clock_timestamp()
         where kind = 'tenant' and name = (select id from leaving) and not gone
        returning 1
      ), stopped as (
        update redrives
           set state = 'STOPPED', updated_at = now()
         where tenant = (select id from leaving) and state = 'RUNNING'
        returning 1
      )
      select exists (select from keys) or exists (select from unlimited)
             or exists (select from resumed) or exists (select from stopped) as closed
      """;

  /** The tenants that are being deleted, those that began first at the front. */
  static final String LEAVING =
      """
      select id
        from tenants
       where leaving_at is not null
       order by leaving_at, id
      """;

  /**
   * The tenants whose jobs are kept for a shorter time than all others'.
   *
   * <p>$1 how long those are kept in ms int8
   */
  static final String SHORTER =
      """
      select id, retention_ms
        from tenants
       where retention_ms < $1 and leaving_at is null
       order by id
      """;

  /**
   * Lets a tenant go of which nothing is left but what every node had to hear of: what was taken
   * from it stays for so long that all have. A row when it is gone.
   *
   * <p>$1 id text, $2 how long in ms int8
   */
  static final String GO =
      """
      with leaving as (
        select id, now() - $2 * interval '1 ms' as heard
          from tenants
         where id = $1
           for update
      ), gone as (
        delete from tenants t
         using leaving l
         where t.id = l.id and t.leaving_at < l.heard
           and not exists (select from jobs where tenant = $1)
           and not exists (
             select from api_keys
              where tenant = $1 and (revoked_at is null or updated_at > l.heard))
           and not exists (
             select from limits where tenant = $1 and (not gone or updated_at > l.heard))
           and not exists (
             select from pauses
              where kind = 'tenant' and name = $1 and (not gone or updated_at > l.heard))
        returning t.id
      ), keys as (
        delete from api_keys where tenant = (select id from gone)
      ), unlimited as (
        delete from limits where tenant = (select id from gone)
      ), resumed as (
        delete from pauses where kind = 'tenant' and name = (select id from gone)
      ), unused as (
        delete from tenant_usage where tenant = (select id from gone)
      )
      select id
        from gone
      """;

  private TenantSql() {}
}
