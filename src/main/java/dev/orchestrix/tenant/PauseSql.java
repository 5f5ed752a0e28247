package dev.orchestrix.tenant;

/** The statements about pauses. */
final class PauseSql {

  /**
   * What has changed since a moment that was read before; all there is, since the beginning of
   * time. The overlap is for transactions that began before it and have committed after.
   *
   * <p>$1 that moment timestamptz
   */
  static final String CHANGED =
      """
      select kind, name, by_whom, why, since, until, gone, updated_at,
             (extract(epoch from until - now()) * 1000)::int8 as left_ms
        from pauses
       where updated_at > $1::timestamptz - interval '10 seconds'
      """;

  /** All that are paused now, in the order of kind and name. */
  static final String LIST =
      """
      select kind, name, by_whom, why, since, until, gone, updated_at,
             (extract(epoch from until - now()) * 1000)::int8 as left_ms
        from pauses
       where not gone and (until is null or until > now())
       order by kind, name
      """;

  /**
   * Pauses something, or changes who, why and until; since when is kept while it is paused. No row
   * when it is a tenant that is leaving or gone.
   *
   * <p>$1 kind text, $2 name text, $3 who text or null, $4 why text or null, $5 until timestamptz
   * or null
   */
  static final String PAUSE =
      """
      insert into pauses as p (kind, name, by_whom, why, until)
      select $1, $2, $3, $4, $5
       where $1 <> 'tenant' or exists (select from tenants where id = $2 and leaving_at is null)
      on conflict (kind, name) do update
         set by_whom = excluded.by_whom, why = excluded.why, until = excluded.until,
             since = case when p.gone or p.until <= now() then now() else p.since end,
             gone = false, updated_at = clock_timestamp()
      returning kind, name, by_whom, why, since, until, gone, updated_at,
                (extract(epoch from until - now()) * 1000)::int8 as left_ms
      """;

  /**
   * Lets something go on; no row when it was not paused.
   *
   * <p>$1 kind text, $2 name text
   */
  static final String RESUME =
      """
      update pauses
         set gone = true, updated_at = clock_timestamp()
       where kind = $1 and name = $2 and not gone and (until is null or until > now())
      returning kind, name, by_whom, why, since, until, gone, updated_at,
                (extract(epoch from until - now()) * 1000)::int8 as left_ms
      """;

  private PauseSql() {}
}
