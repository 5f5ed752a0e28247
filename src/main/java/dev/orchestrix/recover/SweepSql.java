package dev.orchestrix.recover;

/** The statements that forget keys. */
final class SweepSql {

  /**
   * Forgets keys of submissions whose time is over. One that is being taken again is left alone.
   *
   * <p>$1 most int4
   */
  static final String EXPIRED =
      """
      delete from idempotency_keys
       where (tenant, key) in (
         select tenant, key
           from idempotency_keys
          where expires_at <= now()
          order by expires_at
          limit $1
            for update skip locked)
      """;

  /**
   * A page of the kinds of jobs, and whether the job of each stands for it no longer.
   *
   * <p>$1 behind this tenant text, $2 and this kind in hex text, $3 most int4
   */
  static final String KINDS =
      """
      select u.tenant, encode(u.key, 'hex') as key,
             coalesce(u.until <= now(), true)
             and not exists (select from jobs j where j.id = u.job and j.state = any(u.states))
             as idle
        from unique_jobs u
       where (u.tenant, u.key) > ($1, decode($2, 'hex'))
       order by u.tenant, u.key
       limit $3
      """;

  /**
   * Locks kinds that nobody else has locked.
   *
   * <p>$1 tenants text[], $2 kinds in hex text[]
   */
  static final String LOCK_KINDS =
      """
      select u.tenant, encode(u.key, 'hex') as key
        from unique_jobs u
        join unnest($1::text[], $2::text[]) as n(tenant, key)
          on u.tenant = n.tenant and u.key = decode(n.key, 'hex')
         for update of u skip locked
      """;

  /**
   * Forgets those of some locked kinds that no job stands for.
   *
   * <p>$1 tenants text[], $2 kinds in hex text[]
   */
  static final String FORGET_KINDS =
      """
      delete from unique_jobs u
       using unnest($1::text[], $2::text[]) as n(tenant, key)
       where u.tenant = n.tenant and u.key = decode(n.key, 'hex')
         and coalesce(u.until <= now(), true)
         and not exists (select from jobs j where j.id = u.job and j.state = any(u.states))
      """;

  private SweepSql() {}
}
