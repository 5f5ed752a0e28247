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

  /** How many jobs of each priority wait. */
  static final String DEPTHS =
      """
      select priority, sum(cardinality(jobs))
        from backlog
       group by priority
      """;

  /**
   * The tenants that have jobs waiting, found by skipping from one to the next in the index.
   *
   * <p>$1 priority int2, $2 most tenants int4, $3 the tenant after which to begin text
   */
  static final String WAITING_TENANTS =
      """
      with recursive waiting as (
        (select tenant
           from backlog
          where priority = $1 and tenant > $3
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
   * Moves the next jobs of some tenants from the backlog to the outbox: rows as they stand, as many
   * as it takes to fill a tenant's quota, until the amount is reached. So it may be more by what
   * one row holds. They come in the order of their ids.
   *
   * <p>$1 priority int2, $2 tenants text[], $3 per tenant: the row after which to look uuid[], $4
   * per tenant: jobs wanted int4[], $5 jobs wanted in all int4, $6 outbox id uuid, $7 node int4
   */
  static final String FEED =
      """
      with turn as (
        select tenant, after, quota, number
          from unnest($2::text[], $3::uuid[], $4::int4[]) with ordinality
            as t(tenant, after, quota, number)
      ), offered as (
        select t.number, o.place, o.first, o.size
          from turn t
         cross join lateral (
           select h.place, h.first, h.size,
                  sum(h.size) over (order by h.first) - h.size as before
             from (
               select w.ctid as place, w.first, cardinality(w.jobs) as size
                 from backlog w
                where w.priority = $1 and w.tenant = t.tenant and w.first > t.after
                order by w.first
                limit t.quota) h) o
         where o.before < t.quota
      ), next as (
        select n.place
          from (
            select place, sum(size) over (order by number, first) - size as before
              from offered) n
         where n.before < $5
      ), taken as (
        delete from backlog b
         where b.ctid = any(array(select place from next))
        returning b.tenant, b.first, b.jobs, b.attempts
      ), noted as (
        insert into outbox (id, node, jobs)
        select $6, $7, array_agg(job)
          from taken, unnest(jobs) as u(job)
        having count(*) > 0
      )
      select t.tenant, t.first, u.job, u.attempt
        from taken t, unnest(t.jobs, t.attempts) as u(job, attempt)
       order by u.job
      """;

  /**
   * Which of some entries stand for a job that is still ready.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 lowest id, $4 highest id
   */
  static final String STILL_READY =
      """
      select e.number
        from unnest($1::uuid[], $2::int4[]) with ordinality as e(id, attempt, number)
        join jobs j on j.id = e.id and j.attempt = e.attempt
       where j.id = any($1) and j.id between $3 and $4
         and j.state = 'PENDING'
       order by e.number
      """;

  /**
   * Puts jobs back that may not start yet; those that are not ready any more stay away. Of entries
   * that were taken over, some may be back already: rows are placed by their lowest id, so that
   * they are among the few that stand no later.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 lowest id, $4 highest id, $5 taken over bool
   */
  static final String PUT_BACK =
      """
      insert into backlog as b (priority, tenant, first, jobs, attempts)
      select j.priority, j.tenant, (array_agg(j.id order by j.id))[1],
             array_agg(j.id order by j.id), array_agg(j.attempt order by j.id)
        from unnest($1::uuid[], $2::int4[]) as e(id, attempt)
        join jobs j on j.id = e.id and j.attempt = e.attempt
       where j.id = any($1) and j.id between $3 and $4
         and j.state = 'PENDING'
         and not ($5 and exists (
           select
             from backlog w
            where w.priority = j.priority and w.tenant = j.tenant and w.first <= j.id
              and j.id = any(w.jobs)))
       group by j.priority, j.tenant
      on conflict (priority, tenant, first) do update
         set jobs = b.jobs || excluded.jobs, attempts = b.attempts || excluded.attempts
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
      insert into backlog as b (priority, tenant, first, jobs, attempts)
      select priority, tenant, (array_agg(id order by id))[1],
             array_agg(id order by id), array_agg(attempt order by id)
        from (
          select j.priority, j.tenant, j.id, j.attempt,
                 row_number() over (partition by j.priority, j.tenant order by j.id) / 64 as part
            from jobs j
           where j.id = any(array(select unnest(jobs) from old))
             and j.state = 'PENDING') ready
       group by priority, tenant, part
      on conflict (priority, tenant, first) do update
         set jobs = b.jobs || excluded.jobs, attempts = b.attempts || excluded.attempts
      returning priority
      """;

  private OutboxSql() {}
}
