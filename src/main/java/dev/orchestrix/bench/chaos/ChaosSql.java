package dev.orchestrix.bench.chaos;

/** What is asked of Postgres, past every proxy. */
final class ChaosSql {

  /** Has Postgres note every move of every job, in the transaction that makes it. */
  static final String WATCH =
      """
      create table chaos_moves (
        seq bigint generated always as identity primary key,
        job uuid not null,
        before text,
        after text not null,
        attempt integer not null,
        at timestamptz not null default clock_timestamp()
      );

      create function chaos_note() returns trigger language plpgsql as $$
      begin
        if tg_op = 'INSERT' then
          insert into chaos_moves (job, after, attempt) values (new.id, new.state, new.attempt);
        elsif old.state <> new.state or old.attempt <> new.attempt then
          insert into chaos_moves (job, before, after, attempt)
          values (new.id, old.state, new.state, new.attempt);
        end if;
        return null;
      end $$;

      create trigger chaos_note after insert or update on jobs
        for each row execute function chaos_note();
      """;

  /**
   * The next moves.
   *
   * <p>$1 after which one int8, $2 most int4
   */
  static final String MOVES =
      """
      select seq, job, before, after, attempt, at
        from chaos_moves
       where seq > $1
       order by seq
       limit $2
      """;

  /** When every job that has started did so last. */
  static final String STARTS =
      """
      select tenant, (extract(epoch from started_at) * 1000000)::int8
        from jobs
       where started_at is not null
      """;

  /** Jobs that have not ended. */
  static final String LIVE =
      """
      select count(*)
        from jobs
       where state not in ('SUCCEEDED', 'FAILED', 'CANCELLED')
      """;

  /**
   * What is left in the tables that find jobs, when there is nothing to be found. A lease may stay
   * for a while after its last job has ended: it goes with the next one, or when its node is
   * missed.
   */
  static final String LEFT =
      """
      select (select count(*) from jobs
               where state not in ('SUCCEEDED', 'FAILED', 'CANCELLED')) as live_jobs,
             (select count(*) from outbox) as outbox_rows,
             (select count(*) from backlog) as backlog_rows,
             (select count(*) from timers) as timers,
             (select count(*) from lanes) as places_in_lanes,
             (select count(*)
                from leases l
               where exists (
                 select from jobs j
                  where j.id = any(l.jobs)
                    and j.state not in ('SUCCEEDED', 'FAILED', 'CANCELLED'))) as leases_of_live_jobs
      """;

  /**
   * A tenant that starts a few jobs a second, and no more.
   *
   * <p>$1 id text, $2 jobs a second float8
   */
  static final String LIMIT =
      """
      insert into tenants (id, rate, burst)
      values ($1, $2, 1)
      """;

  /** Ends every other session of this database. */
  static final String TERMINATE =
      """
      select count(pg_terminate_backend(pid))
        from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()
      """;

  /** Whoever led does so no more: another may begin without waiting for the end of the term. */
  static final String END_TERMS =
      """
      update leaders
         set until = now()
      """;

  private ChaosSql() {}
}
