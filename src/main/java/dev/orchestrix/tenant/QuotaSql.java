package dev.orchestrix.tenant;

/** The statements about quotas. */
final class QuotaSql {

  /**
   * What tenants have used of this day, locked until the end of the transaction. Rows are locked in
   * the order of tenants; there is none for what is leaving or gone.
   *
   * <p>$1 tenants text[]
   */
  static final String LOCK =
      """
      insert into tenant_usage as u (tenant, day)
      select tenant, (now() at time zone 'UTC')::date
        from unnest($1::text[]) as t(tenant)
       where exists (select from tenants k where k.id = t.tenant and k.leaving_at is null)
       order by tenant
      on conflict (tenant, day) do update
         set jobs = u.jobs
      returning tenant, jobs, bytes,
                extract(epoch from (day + 1) - now() at time zone 'UTC')::int8 as seconds_left
      """;

  /**
   * Adds to what tenants have used of this day; takes away what is negative.
   *
   * <p>$1 tenants text[], $2 jobs int8[], $3 bytes int8[]
   */
  static final String ADD =
      """
      update tenant_usage u
         set jobs = greatest(0, u.jobs + a.jobs), bytes = greatest(0, u.bytes + a.bytes)
        from unnest($1::text[], $2::int8[], $3::int8[]) as a(tenant, jobs, bytes)
       where u.tenant = a.tenant and u.day = (now() at time zone 'UTC')::date
      """;

  /**
   * How many jobs of some tenants wait in Postgres.
   *
   * <p>$1 tenants text[]
   */
  static final String WAITING =
      """
      select t.tenant,
             coalesce((select sum(cardinality(jobs)) from backlog b
                        where b.tenant = t.tenant and b.priority between 0 and 2), 0)
               + coalesce((select sum(cardinality(jobs)) from held h where h.tenant = t.tenant), 0)
               + (select count(*) from lanes l where l.tenant = t.tenant and not l.called) as jobs
        from unnest($1::text[]) as t(tenant)
      """;

  /** Forgets what was used before yesterday. */
  static final String FORGET =
      """
      delete from tenant_usage
       where day < (now() at time zone 'UTC')::date - 1
      """;

  private QuotaSql() {}
}
