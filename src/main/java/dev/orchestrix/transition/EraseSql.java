package dev.orchestrix.transition;

/**
 * The statements that take jobs away. Only jobs that have ended go, and whatever names one goes in
 * the same transaction: nothing is ever left that names a job which is gone.
 */
final class EraseSql {

  /**
   * The next jobs of a tenant that have not ended, of a slice of its jobs, and where the slice
   * ends: a row for each, or one with a null.
   *
   * <p>$1 tenant text, $2 the id after which to look uuid, $3 most jobs looked at int4
   */
  static final String ALIVE =
      """
      with slice as materialized (
        select id, state
          from jobs
         where tenant = $1 and id > $2
         order by id
         limit $3
      )
      select a.id, e.id as last, e.seen
        from (select id, count(*) over () as seen
                from slice
               order by id desc
               limit 1) e
        left join slice a
          on a.state in ('SCHEDULED', 'BLOCKED', 'PENDING', 'RUNNING', 'RETRYING')
       order by a.id
      """;

  /**
   * Locks those of the next jobs of a tenant that have ended, so that nothing can make them ready
   * again. Answers them, how many were looked at, and the last of those.
   *
   * <p>$1 tenant text, $2 the id after which to look uuid, $3 the id before which to look uuid, $4
   * ended how long ago in ms int8, $5 most jobs int4
   */
  static final String LOCK =
      """
      with slice as materialized (
        select id
          from jobs
         where tenant = $1 and id > $2 and id < $3
         order by id
         limit $5
      ), ended as materialized (
        select id
          from jobs
         where id = any(array(select id from slice))
           and id between $2 and $3
           and state in ('SUCCEEDED', 'FAILED', 'CANCELLED')
           and finished_at <= now() - $4 * interval '1 ms'
           for update
      )
      select array(select id from ended order by id) as ids,
             (select count(*) from slice) as seen,
             (select id from slice order by id desc limit 1) as last
      """;

  /**
   * Takes away jobs that are locked and have ended, and all that names them; in a snapshot taken
   * after they were locked. A batch that holds others too keeps those. An expiry that was put off
   * is due within seconds.
   *
   * <p>$1 ids uuid[], $2 lowest id, $3 highest id, $4 tenant text
   */
  static final String ERASE =
      """
      with doomed as materialized (
        select id, run_at, expires_at, deadline_at
          from jobs
         where id = any($1) and id between $2 and $3
           and state in ('SUCCEEDED', 'FAILED', 'CANCELLED')
      ), untimed as (
        delete from timers
         where due_at = any(array(select run_at from doomed where run_at is not null))
           and job = any($1)
      ), unlimited as (
        delete from expiries
         where (due_at < now() + interval '10 seconds'
                or due_at = any(array(select expires_at from doomed where expires_at is not null
                                      union all
                                      select deadline_at from doomed where deadline_at is not null)))
           and job = any($1)
      ), unasked as (
        delete from cancellations
         where job = any($1)
      ), placeless as (
        delete from lanes
         where job = any($1)
      ), unmourned as (
        delete from dead_letters
         where tenant = $4 and job = any($1)
      ), unsent as (
        delete from redriven
         where job = any($1)
      ), relayed as (
        update outbox o
           set jobs = array(select job
                              from unnest(o.jobs) with ordinality as u(job, place)
                             where job <> all($1)
                             order by place)
         where exists (select from unnest(o.jobs) as u(job) where job = any($1))
      ), released as (
        update leases l
           set jobs = array(select job
                              from unnest(l.jobs) with ordinality as u(job, place)
                             where job <> all($1)
                             order by place)
         where exists (select from unnest(l.jobs) as u(job) where job = any($1))
           and exists (select from unnest(l.jobs) as u(job) where job <> all($1))
      ), freed as (
        delete from leases l
         where exists (select from unnest(l.jobs) as u(job) where job = any($1))
           and not exists (select from unnest(l.jobs) as u(job) where job <> all($1))
      ), gone as (
        delete from jobs
         where id = any(array(select id from doomed)) and id between $2 and $3
        returning id
      )
      select count(*)
        from gone
      """;

  /**
   * Takes away rows of a tenant, which has no job that lives.
   *
   * <p>$1 tenant text, $2 most rows int4
   */
  private static final String ROWS =
      """
      delete from %s
       where ctid = any(array(
         select ctid
           from %s
          where tenant = $1%s
          limit $2))
      """;

  static final String BACKLOG =
      ROWS.formatted("backlog", "backlog", " and priority = any('{0,1,2}')");
  static final String HELD = ROWS.formatted("held", "held", "");
  static final String LANES = ROWS.formatted("lanes", "lanes", "");
  static final String LETTERS = ROWS.formatted("dead_letters", "dead_letters", "");
  static final String KEYS = ROWS.formatted("idempotency_keys", "idempotency_keys", "");
  static final String KINDS = ROWS.formatted("unique_jobs", "unique_jobs", "");
  static final String REDRIVES = ROWS.formatted("redrives", "redrives", "");

  private EraseSql() {}
}
