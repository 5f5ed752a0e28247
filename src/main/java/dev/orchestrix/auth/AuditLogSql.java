package dev.orchestrix.auth;

/** The statements of the audit log. */
final class AuditLogSql {

  /**
   * Writes a line, or what became of one that was written before.
   *
   * <p>$1 id uuid, $2 who text, $3 address text or null, $4 action text, $5 tenant text or null, $6
   * thing text or null, $7 status int2 or null, $8 before text or null, $9 after text or null, $10
   * trace text or null
   */
  static final String WRITE =
      """
      insert into audit_log (id, who, address, action, tenant, thing, status, before, after, trace)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      on conflict (id) do update
         set tenant = excluded.tenant, thing = excluded.thing, status = excluded.status,
             before = excluded.before, after = excluded.after
      """;

  /**
   * Lines, newest first.
   *
   * <p>$1 tenant text or null, $2 action text or null, $3 part of who text or null, $4 from
   * timestamptz or null, $5 until timestamptz or null, $6 ids below uuid, $7 most int4
   */
  static final String LIST =
      """
      select id, at, who, address, action, tenant, thing, status, before, after, trace
        from audit_log
       where ($1::text is null or tenant = $1)
         and ($2::text is null or action = $2)
         and ($3::text is null or position($3 in who) > 0)
         and ($4::timestamptz is null or at >= $4)
         and ($5::timestamptz is null or at < $5)
         and id < $6
       order by id desc
       limit $7
      """;

  /**
   * Forgets old lines.
   *
   * <p>$1 ids below uuid, $2 most int4
   */
  static final String FORGET =
      """
      delete from audit_log
       where id in (
         select id
           from audit_log
          where id < $1
          order by id
          limit $2)
      """;

  private AuditLogSql() {}
}
