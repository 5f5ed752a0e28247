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
   * one row holds.
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
      """;

  /**
   * Puts jobs back that may not start yet; those that are not ready any more stay away.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 lowest id, $4 highest id
   */
  static final String PUT_BACK =
      """
      insert into backlog as b (priority, tenant, first, jobs, attempts)
      select j.priority, j.tenant, (array_agg(j.id order by j.id))[1],
             array_agg(j.id), array_agg(j.attempt)
        from unnest($1::uuid[], $2::int4[]) as e(id, attempt)
        join jobs j on j.id = e.id and j.attempt = e.attempt
       where j.id = any($1) and j.id between $3 and $4
         and j.state = 'PENDING'
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

  /**
   * What limits ask for of some jobs; no row for those that are under none.
   *
   * <p>$1 ids uuid[], $2 lowest id, $3 highest id, $4 types that have limits text[], $5 whether
   * rate keys have some bool
   */
  static final String MARKS =
      """
      select id, type, cost, rate_key
        from jobs
       where id = any($1) and id between $2 and $3
         and (type = any($4) or ($5 and rate_key is not null))
      """;

  /**
   * Holds jobs back, each for one reason; those that are not ready any more stay away.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 reasons text[], $4 lowest id, $5 highest id
   */
  static final String HOLD =
      """
      insert into held as h (reason, priority, tenant, first, jobs, attempts)
      select e.reason, j.priority, j.tenant, (array_agg(j.id order by j.id))[1],
             array_agg(j.id order by j.id), array_agg(j.attempt order by j.id)
        from unnest($1::uuid[], $2::int4[], $3::text[]) as e(id, attempt, reason)
        join jobs j on j.id = e.id and j.attempt = e.attempt
       where j.id = any($1) and j.id between $4 and $5
         and j.state = 'PENDING'
       group by e.reason, j.priority, j.tenant
      on conflict (reason, priority, tenant, first) do update
         set jobs = h.jobs || excluded.jobs, attempts = h.attempts || excluded.attempts
      """;

  /**
   * What jobs are held for, found by skipping from one to the next in the index.
   *
   * <p>$1 most reasons int4, $2 the reason after which to begin text
   */
  static final String REASONS =
      """
      with recursive known as (
        (select reason
           from held
          where reason > $2
          order by reason
          limit 1)
        union all
        select (select h.reason
                  from held h
                 where h.reason > k.reason
                 order by h.reason
                 limit 1)
          from known k
         where k.reason is not null
      )
      select reason
        from known
       where reason is not null
       limit $1
      """;

  /**
   * Moves the next held jobs of some reasons to the outbox: of high priorities first, and in turns
   * of up to a hundred tenants. The rest of a row of which only a part is wanted stays.
   *
   * <p>$1 reasons text[], $2 per reason: jobs wanted int4[], $3 outbox id uuid, $4 node int4
   */
  static final String FEED_HELD =
      """
      with recursive wanted as (
        select reason, most
          from unnest($1::text[], $2::int4[]) as w(reason, most)
      ), owner as (
        select w.reason, w.most, f.priority, f.tenant, 1 as number
          from wanted w
         cross join lateral (
           select priority, tenant
             from held
            where reason = w.reason
            order by priority, tenant
            limit 1) f
        union all
        select o.reason, o.most, f.priority, f.tenant, o.number + 1
          from owner o
         cross join lateral (
           select priority, tenant
             from held
            where reason = o.reason and (priority, tenant) > (o.priority, o.tenant)
            order by priority, tenant
            limit 1) f
         where o.number < 100
      ), offered as (
        select o.reason, o.most, o.priority, o.tenant, h.place, h.first, h.size,
               row_number() over (
                 partition by o.reason, o.priority, o.tenant order by h.first) as turn
          from owner o
         cross join lateral (
           select ctid as place, first, cardinality(jobs) as size
             from held
            where reason = o.reason and priority = o.priority and tenant = o.tenant
            order by first
            limit o.most) h
      ), next as (
        select place, least(size, most - before)::int4 as part
          from (
            select place, size, most,
                   sum(size) over (
                     partition by reason order by priority, turn, tenant) - size as before
              from offered) n
         where before < most
      ), taken as (
        delete from held h
         where h.ctid = any(array(select place from next))
        returning h.ctid as place, h.reason, h.priority, h.tenant, h.jobs, h.attempts
      ), parts as (
        select t.*, n.part
          from taken t
          join next n on n.place = t.place
      ), rest as (
        insert into held as h (reason, priority, tenant, first, jobs, attempts)
        select reason, priority, tenant, jobs[part + 1], jobs[part + 1:], attempts[part + 1:]
          from parts
         where part < cardinality(jobs)
        on conflict (reason, priority, tenant, first) do update
           set jobs = h.jobs || excluded.jobs, attempts = h.attempts || excluded.attempts
      ), noted as (
        insert into outbox (id, node, jobs)
        select $3, $4, array_agg(job)
          from parts, unnest(jobs[:part]) as u(job)
        having count(*) > 0
      )
      select u.job, u.attempt, p.tenant, p.priority
        from parts p, unnest(p.jobs[:p.part], p.attempts[:p.part]) as u(job, attempt)
      """;

  /**
   * Moves the oldest held jobs of each circuit whose wait is over to the outbox, and writes down
   * that they may start. So does a circuit whose probes have been away for too long.
   *
   * <p>$1 probes of each circuit int4, $2 outbox id uuid, $3 node int4, $4 how long they may take
   * in ms int8
   */
  static final String PROBE =
      """
      with due as (
        select name
          from circuits
         where state in ('open', 'half_open') and until <= now()
           for update skip locked
      ), front as (
        select h.place
          from due d
         cross join lateral (
           select ctid as place
             from held
            where reason = 'circuit:' || d.name
            order by first
            limit $1) h
      ), taken as (
        delete from held h
         where h.ctid = any(array(select place from front))
        returning h.reason, h.priority, h.tenant, h.jobs, h.attempts
      ), waiting as (
        select t.reason, t.priority, t.tenant, u.job, u.attempt,
               row_number() over (partition by t.reason order by u.job) as turn
          from taken t, unnest(t.jobs, t.attempts) as u(job, attempt)
      ), rest as (
        insert into held as h (reason, priority, tenant, first, jobs, attempts)
        select reason, priority, tenant, (array_agg(job order by job))[1],
               array_agg(job order by job), array_agg(attempt order by job)
          from waiting
         where turn > $1
         group by reason, priority, tenant
        on conflict (reason, priority, tenant, first) do update
           set jobs = h.jobs || excluded.jobs, attempts = h.attempts || excluded.attempts
      ), noted as (
        insert into outbox (id, node, jobs)
        select $2, $3, array_agg(job)
          from waiting
         where turn <= $1
        having count(*) > 0
      ), probing as (
        update circuits c
           set state = 'half_open', until = now() + $4 * interval '1 ms',
               wanted = cardinality(p.jobs), passed = 0,
               probes = case when c.state = 'half_open' then c.probes else '{}' end || p.jobs,
               updated_at = clock_timestamp()
          from (select reason, array_agg(job) as jobs
                  from waiting
                 where turn <= $1
                 group by reason) p
         where p.reason = 'circuit:' || c.name and c.state in ('open', 'half_open')
      )
      select job, attempt, tenant, priority
        from waiting
       where turn <= $1
      """;

  private OutboxSql() {}
}
