package dev.orchestrix.outbox;

/** The statements of the outbox and the backlog. */
final class OutboxSql {

  /**
   * Forgets batches that are on the streams.
   *
   * <p>$1 outbox ids uuid[]
   */
  static final String FORGET =
      """
      delete from outbox
       where id = any($1)
      """;

  /**
   * The tenants that have jobs waiting, found by skipping from one to the next in the index.
   *
   * <p>$1 priority int2, $2 most tenants int4
   */
  static final String WAITING_TENANTS =
      """
      with recursive waiting as (
        (select tenant
           from backlog
          where priority = $1
          order by tenant
          limit 1)
        union all
        select (select b.tenant
                  from backlog b
                 where b.priority = $1 and b.tenant > w.tenant
                 order by b.tenant
                 limit 1)
          from waiting w
         where w.tenant is not null
      )
      select tenant
        from waiting
       where tenant is not null
       limit $2
      """;

  /**
   * Moves the next jobs of some tenants from the backlog to the outbox.
   *
   * <p>$1 priority int2, $2 tenants text[], $3 per tenant: the job after which to look uuid[], $4
   * per tenant: most jobs int4[], $5 outbox id uuid, $6 node int4
   */
  static final String FEED =
      """
      with turn as (
        select tenant, after, quota
          from unnest($2::text[], $3::uuid[], $4::int4[]) as t(tenant, after, quota)
      ), next as (
        select n.place
          from turn t
         cross join lateral (
           select w.ctid as place
             from backlog w
            where w.priority = $1 and w.tenant = t.tenant and w.job > t.after
            order by w.job
            limit t.quota
              for update skip locked) n
      ), taken as (
        delete from backlog b
         where b.ctid = any(array(select place from next))
        returning b.job, b.attempt, b.tenant
      ), noted as (
        insert into outbox (id, node, jobs)
        select $5, $6, array_agg(job)
          from taken
        having count(*) > 0
      )
      select job, attempt, tenant
        from taken
      """;

  /**
   * Puts jobs back that may not start yet; those that are not ready any more stay away.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 lowest id, $4 highest id
   */
  static final String PUT_BACK =
      """
      insert into backlog (priority, tenant, job, attempt)
      select j.priority, j.tenant, j.id, j.attempt
        from unnest($1::uuid[], $2::int4[]) as e(id, attempt)
        join jobs j on j.id = e.id and j.attempt = e.attempt
       where j.id = any($1) and j.id between $3 and $4
         and j.state = 'PENDING'
      on conflict (priority, tenant, job) do update
         set attempt = excluded.attempt
      """;

  /**
   * Moves batches that nobody has relayed for two seconds to the backlog, whoever wrote them.
   *
   * <p>$1 most batches int4
   */
  static final String SWEEP =
      """
      with old as (
        select id, jobs
          from outbox
         where created_at < now() - interval '2 seconds'
         order by created_at
         limit $1
           for update skip locked
      ), gone as (
        delete from outbox o
         using old
         where o.id = old.id
      )
      insert into backlog (priority, tenant, job, attempt)
      select j.priority, j.tenant, j.id, j.attempt
        from jobs j
       where j.id = any(array(select unnest(jobs) from old))
         and j.state = 'PENDING'
      on conflict (priority, tenant, job) do update
         set attempt = excluded.attempt
      returning priority
      """;

  private OutboxSql() {}
}
