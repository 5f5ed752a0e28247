package dev.orchestrix.auth;

/** The statements about keys. */
final class KeySql {

  /**
   * What has changed since a moment that was read before; all there is, since the beginning of
   * time. The overlap is for transactions that began before it and have committed after.
   *
   * <p>$1 that moment timestamptz
   */
  static final String CHANGED =
      """
      select id, prefix, hash, tenant, role, name, payloads, created_at, expires_at, revoked_at,
             last_used_at, updated_at, request_rate, request_burst
        from api_keys
       where updated_at > $1::timestamptz - interval '10 seconds'
      """;

  /**
   * Keys, newest first.
   *
   * <p>$1 tenant text or null for all, $2 ids below uuid, $3 keys wanted int4
   */
  static final String LIST =
      """
      select id, prefix, hash, tenant, role, name, payloads, created_at, expires_at, revoked_at,
             last_used_at, updated_at, request_rate, request_burst
        from api_keys
       where ($1::text is null or tenant = $1) and id < $2
       order by id desc
       limit $3
      """;

  /**
   * Makes a key. No row when its tenant is leaving or gone.
   *
   * <p>$1 id uuid, $2 prefix text, $3 hash bytea, $4 tenant text or null, $5 role text, $6 name
   * text, $7 payloads bool, $8 life in ms int8 or null, $9 requests a second float8 or null, $10
   * requests at once int4 or null
   */
  static final String CREATE =
      """
      insert into api_keys (id, prefix, hash, tenant, role, name, payloads, expires_at,
                            request_rate, request_burst)
      select $1, $2, $3, $4, $5, $6, $7, now() + $8::int8 * interval '1 ms', $9::float8, $10::int4
       where $4::text is null
          or exists (select from tenants where id = $4 and leaving_at is null)
      returning id, prefix, hash, tenant, role, name, payloads, created_at, expires_at, revoked_at,
                last_used_at, updated_at, request_rate, request_burst
      """;

  /**
   * Revokes a key; what was revoked before keeps its time. No row when there is none.
   *
   * <p>$1 id uuid, $2 tenant text or null for any
   */
  static final String REVOKE =
      """
      update api_keys
         set revoked_at = coalesce(revoked_at, now()), updated_at = clock_timestamp()
       where id = $1 and ($2::text is null or tenant = $2)
      returning id, prefix, hash, tenant, role, name, payloads, created_at, expires_at, revoked_at,
                last_used_at, updated_at, request_rate, request_burst
      """;

  /**
   * Makes a key like another, which ends after a grace. The new one lives as long as the other was
   * to live from its beginning. No row when there is none that opens anything.
   *
   * <p>$1 id of the other uuid, $2 tenant text or null for any, $3 grace in ms int8, $4 id uuid, $5
   * prefix text, $6 hash bytea
   */
  static final String ROTATE =
      """
      with found as materialized (
        select id, tenant, role, name, payloads, created_at, expires_at, request_rate,
               request_burst
          from api_keys
         where id = $1 and ($2::text is null or tenant = $2)
           and revoked_at is null and (expires_at is null or expires_at > now())
           for update
      ), ending as (
        update api_keys k
           set expires_at = least(k.expires_at, now() + $3 * interval '1 ms'),
               updated_at = clock_timestamp()
          from found f
         where k.id = f.id
      )
      insert into api_keys (id, prefix, hash, tenant, role, name, payloads, expires_at,
                            request_rate, request_burst)
      select $4, $5, $6, tenant, role, name, payloads, now() + (expires_at - created_at),
             request_rate, request_burst
        from found
      returning id, prefix, hash, tenant, role, name, payloads, created_at, expires_at, revoked_at,
                last_used_at, updated_at, request_rate, request_burst
      """;

  /**
   * Says how many requests a key may make from now on. No row when there is no such key.
   *
   * <p>$1 id uuid, $2 tenant text or null for any, $3 requests a second float8 or null, $4 requests
   * at once int4 or null
   */
  static final String ALLOW =
      """
      update api_keys
         set request_rate = $3::float8, request_burst = $4::int4, updated_at = clock_timestamp()
       where id = $1 and ($2::text is null or tenant = $2)
      returning id, prefix, hash, tenant, role, name, payloads, created_at, expires_at, revoked_at,
                last_used_at, updated_at, request_rate, request_burst
      """;

  /**
   * Notes that a key was used, unless that was noted a moment ago.
   *
   * <p>$1 id uuid
   */
  static final String USED =
      """
      update api_keys
         set last_used_at = now()
       where id = $1 and (last_used_at is null or last_used_at < now() - interval '55 seconds')
      """;

  private KeySql() {}
}
