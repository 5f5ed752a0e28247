package dev.orchestrix.outbox;

/** The statements of jobs that wait for one limit each. */
final class HeldSql {

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
   * Holds jobs back, each for one reason; those that are not ready any more stay away, and so do
   * those of entries that were taken over and are held already.
   *
   * <p>$1 ids uuid[], $2 attempts int4[], $3 reasons text[], $4 lowest id, $5 highest id, $6 taken
   * over bool
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
         and not ($6 and exists (
           select
             from held w
            where w.reason = e.reason and w.priority = j.priority and w.tenant = j.tenant
              and w.first <= j.id and j.id = any(w.jobs)))
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
   * of up to a hundred tenants. The rest of a row of which only a part is wanted stays. They come
   * in the order of their ids.
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
       order by u.job
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

  private HeldSql() {}
}
