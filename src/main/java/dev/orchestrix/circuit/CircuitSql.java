package dev.orchestrix.circuit;

/** The statements about circuits. Each that changes one names the state it leaves. */
final class CircuitSql {

  /**
   * What has changed since a moment that was read before, with the overlap that transactions need
   * which began before it.
   *
   * <p>$1 that moment timestamptz
   */
  static final String CHANGED =
      """
      select name, state, opened_at, until, openings, probes, by_whom, why, updated_at,
             (extract(epoch from until - now()) * 1000)::int8 as left_ms
        from circuits
       where updated_at > $1::timestamptz - interval '10 seconds'
      """;

  /**
   * Circuits by name.
   *
   * <p>$1 the name behind which to begin text, $2 most int4
   */
  static final String LIST =
      """
      select name, state, opened_at, until, openings, probes, by_whom, why, updated_at,
             (extract(epoch from until - now()) * 1000)::int8 as left_ms
        from circuits
       where name > $1
       order by name
       limit $2
      """;

  /**
   * Opens a circuit that is closed; no row when it is not, or when somebody holds it closed.
   *
   * <p>$1 name text, $2 first wait in ms int8, $3 why text
   */
  static final String OPEN =
      """
      insert into circuits as c (name, state, opened_at, until, openings, why)
      values ($1, 'open', now(), now() + $2 * interval '1 ms', 1, $3)
      on conflict (name) do update
         set state = 'open', opened_at = now(), until = excluded.until, openings = 1,
             probes = '{}', wanted = 0, passed = 0, by_whom = null, why = excluded.why,
             updated_at = clock_timestamp()
       where c.state = 'closed'
      returning name, state, opened_at, until, openings, probes, by_whom, why, updated_at,
                (extract(epoch from until - now()) * 1000)::int8 as left_ms
      """;

  /**
   * Whether a job may start under a circuit. While jobs are held the oldest of them are tried
   * first; when none is, whoever comes first after the wait is the probe.
   *
   * <p>$1 name text, $2 job uuid, $3 how long a probe may take in ms int8
   */
  static final String ENTER =
      """
      with probing as (
        update circuits
           set state = 'half_open', until = now() + $3 * interval '1 ms', wanted = 1, passed = 0,
               probes = case when state = 'half_open' then probes else '{}' end || $2::uuid,
               updated_at = clock_timestamp()
         where name = $1 and state in ('open', 'half_open') and until <= now()
           and not $2 = any(probes)
           and not exists (select from held where reason = 'circuit:' || $1)
        returning name
      )
      select coalesce(
               (select state in ('closed', 'forced_closed') from circuits where name = $1),
               true) as free,
             exists (select from probing)
               or exists (select from circuits
                           where name = $1 and state = 'half_open' and $2 = any(probes)) as probe
      """;

  /**
   * A probe has ended well; the last that had to closes the circuit.
   *
   * <p>$1 name text, $2 job uuid
   */
  static final String PASSED =
      """
      update circuits
         set passed = passed + 1,
             state = case when passed + 1 >= wanted then 'closed' else state end,
             openings = case when passed + 1 >= wanted then 0 else openings end,
             until = case when passed + 1 >= wanted then null else until end,
             probes = case when passed + 1 >= wanted then '{}' else array_remove(probes, $2) end,
             why = case when passed + 1 >= wanted then null else why end,
             updated_at = clock_timestamp()
       where name = $1 and state = 'half_open' and $2 = any(probes)
      returning name, state, opened_at, until, openings, probes, by_whom, why, updated_at,
                (extract(epoch from until - now()) * 1000)::int8 as left_ms
      """;

  /**
   * A probe has failed: open again, for twice as long as before.
   *
   * <p>$1 name text, $2 job uuid, $3 first wait in ms int8, $4 longest wait in ms int8, $5 why text
   */
  static final String FAILED =
      """
      update circuits
         set state = 'open', opened_at = now(), openings = openings + 1,
             until = now() + least($4::int8, $3::int8 * 2 ^ least(openings, 30)) * interval '1 ms',
             probes = '{}', wanted = 0, passed = 0, why = $5, updated_at = clock_timestamp()
       where name = $1 and state = 'half_open' and $2 = any(probes)
      returning name, state, opened_at, until, openings, probes, by_whom, why, updated_at,
                (extract(epoch from until - now()) * 1000)::int8 as left_ms
      """;

  /**
   * A probe has ended in a way that says nothing: another is to be tried at once.
   *
   * <p>$1 name text, $2 job uuid
   */
  static final String SAID_NOTHING =
      """
      update circuits
         set until = now(), probes = array_remove(probes, $2), updated_at = clock_timestamp()
       where name = $1 and state = 'half_open' and $2 = any(probes)
      returning name, state, opened_at, until, openings, probes, by_whom, why, updated_at,
                (extract(epoch from until - now()) * 1000)::int8 as left_ms
      """;

  /**
   * Somebody decides.
   *
   * <p>$1 name text, $2 state text, $3 who text or null, $4 why text or null, $5 until timestamptz
   * or null
   */
  static final String OVERRIDE =
      """
      insert into circuits as c (name, state, opened_at, until, by_whom, why)
      values ($1, $2, case when $2 = 'forced_open' then now() end, $5, $3, $4)
      on conflict (name) do update
         set state = excluded.state, opened_at = coalesce(excluded.opened_at, c.opened_at),
             until = excluded.until, openings = 0, probes = '{}', wanted = 0, passed = 0,
             by_whom = excluded.by_whom, why = excluded.why, updated_at = clock_timestamp()
      returning name, state, opened_at, until, openings, probes, by_whom, why, updated_at,
                (extract(epoch from until - now()) * 1000)::int8 as left_ms
      """;

  /** Closes circuits whose override is over. */
  static final String EXPIRE =
      """
      update circuits
         set state = 'closed', until = null, by_whom = null, why = null,
             updated_at = clock_timestamp()
       where state in ('forced_open', 'forced_closed') and until <= now()
      returning name, state, opened_at, until, openings, probes, by_whom, why, updated_at,
                (extract(epoch from until - now()) * 1000)::int8 as left_ms
      """;

  /** Forgets circuits that have been closed for a day. */
  static final String SWEEP =
      """
      delete from circuits
       where state = 'closed' and updated_at < now() - interval '1 day'
      """;

  private CircuitSql() {}
}
