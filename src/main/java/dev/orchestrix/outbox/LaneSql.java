package dev.orchestrix.outbox;

/**
 * The statements that call jobs of lanes, in the order of their transaction. Who is called and who
 * is not is written here and nowhere else, but for jobs that enter a lane.
 */
final class LaneSql {

  /**
   * Keeps out another node that takes itself for the leader, until the end of the transaction. A
   * node that is stopped before it comes to that end must not keep others out for long.
   */
  static final String LOCK =
      """
      select set_config('idle_in_transaction_session_timeout', '5s', true),
             pg_advisory_xact_lock(20261125, 28)
      """;

  /**
   * Lanes by name, found by skipping from one to the next in the index.
   *
   * <p>$1 the tenant text, $2 and the key after which to begin text, $3 most lanes int4
   */
  static final String NAMES =
      """
      with recursive lane as (
        (select tenant, key
           from lanes
          where (tenant, key) > ($1, $2)
          order by tenant, key
          limit 1)
        union all
        select n.tenant, n.key
          from lane l
         cross join lateral (
           select tenant, key
             from lanes
            where (tenant, key) > (l.tenant, l.key)
            order by tenant, key
            limit 1) n
      )
      select tenant, key
        from lane
       limit $3
      """;

  /**
   * Who is called of some lanes, and who comes next, with where their jobs are; nulls for a job
   * that is gone with its partition.
   *
   * <p>$1 tenants text[], $2 keys text[], $3 per lane: the place after which to look for the next
   * int8[], $4 how many of the next of each lane int4
   */
  static final String LOOK =
      """
      select n.number, l.place, l.job, l.called, j.state, j.attempt, j.priority
        from unnest($1::text[], $2::text[], $3::int8[]) with ordinality
          as n(tenant, key, after, number)
       cross join lateral (
         (select place, job, called
            from lanes
           where tenant = n.tenant and key = n.key and called)
         union all
         (select place, job, called
            from lanes
           where tenant = n.tenant and key = n.key and not called and place > n.after
           order by place
           limit $4)
       ) l
        left join lateral (
          select state::text as state, attempt, priority
            from jobs
           where id = l.job
          offset 0
        ) j on true
       order by n.number, l.place
      """;

  /**
   * Takes jobs out of their lanes that have ended or are gone, and takes back the calls of others.
   * A job that somebody is moving right now, or that has moved on, is left as it is. A job is
   * locked in the state in which it was seen, and its place with it: a claim that was about to be
   * made waits, and finds no call then. Answers the jobs that were called and are not any more.
   *
   * <p>$1 jobs uuid[], $2 their states text[], $3 lowest id, $4 highest id, $5 jobs that are gone
   * uuid[]
   */
  static final String FREE =
      """
      with seen as materialized (
        select j.id, j.state
          from jobs j
          join unnest($1::uuid[], $2::text[]) as s(id, state) on s.id = j.id
         where j.id = any($1) and j.id between $3 and $4
           and j.state = s.state::job_state
           for no key update of j skip locked
      ), held as materialized (
        select l.job, l.called, s.state in ('SUCCEEDED', 'FAILED', 'CANCELLED') as ended
          from lanes l
          join seen s on s.id = l.job
         where l.job = any($1)
           for update of l skip locked
      ), left_lane as (
        delete from lanes l
         using held h
         where l.job = any($1) and l.job = h.job and h.ended
      ), taken_back as (
        update lanes l
           set called = false
          from held h
         where l.job = any($1) and l.job = h.job and not h.ended and l.called
      ), gone as (
        delete from lanes l
         where l.job = any($5)
           and not exists (select from jobs j where j.id = l.job)
        returning l.job, l.called
      )
      select job
        from held
       where called
       union all
      select job
        from gone
       where called
      """;

  /**
   * Calls jobs: those of open gates into an outbox row, the others into the backlog.
   *
   * <p>$1 jobs for the outbox uuid[], $2 jobs for the backlog uuid[], $3 lowest and $4 highest id
   * of those, $5 outbox id uuid, $6 node int4
   */
  static final String CALL =
      """
      with called as (
        update lanes
           set called = true
         where job = any($1::uuid[] || $2::uuid[]) and not called
        returning job
      ), noted as (
        insert into outbox (id, node, jobs)
        select $5, $6, array_agg(job)
          from called
         where job = any($1)
        having count(*) > 0
      ), waiting as (
        insert into backlog as b (priority, tenant, first, jobs, attempts)
        select priority, tenant, (array_agg(id order by id))[1],
               array_agg(id order by id), array_agg(attempt order by id)
          from (
            select j.priority, j.tenant, j.id, j.attempt,
                   row_number() over (partition by j.priority, j.tenant order by j.id) / 64 as part
              from jobs j
              join called c on c.job = j.id
             where j.id = any($2) and j.id between $3 and $4
               and j.state = 'PENDING') ready
         group by priority, tenant, part
        on conflict (priority, tenant, first) do update
           set jobs = b.jobs || excluded.jobs, attempts = b.attempts || excluded.attempts
      )
      select job
        from called
      """;

  private LaneSql() {}
}
