package dev.orchestrix.testkit;

import java.util.List;
import java.util.Objects;

/**
 * How many jobs of each concurrency key ran at once, and in which order they started, as Postgres
 * saw it: a trigger counts under a lock for each key, so that nothing which commits at the same
 * time is missed.
 */
public final class LaneWatch {
  private static final String WATCH =
      """
      create table lane_watch (
        key text primary key,
        running integer not null,
        most integer not null
      );
      create table lane_starts (
        number bigint generated always as identity,
        key text not null,
        job uuid not null,
        attempt integer not null
      );
      create function watch_lanes() returns trigger language plpgsql as $$
      declare
        one record;
      begin
        for one in
          select n.concurrency_key as key,
                 sum((n.state = 'RUNNING')::int - (o.state = 'RUNNING')::int) as change,
                 array_agg(n.id) filter (where n.state = 'RUNNING') as jobs
            from after_it n
            join before_it o on o.id = n.id
           where n.concurrency_key is not null
             and (n.state = 'RUNNING') <> (o.state = 'RUNNING')
           group by n.concurrency_key
           order by n.concurrency_key
        loop
          insert into lane_watch as w values (one.key, one.change, one.change)
          on conflict (key) do update
             set running = w.running + excluded.running,
                 most = greatest(w.most, w.running + excluded.running);
          insert into lane_starts (key, job, attempt)
          select one.key, id, attempt from after_it where id = any(one.jobs);
        end loop;
        return null;
      end $$;
      create trigger watch_lanes
        after update on jobs
        referencing old table as before_it new table as after_it
        for each statement execute function watch_lanes();
      """;

  private final Lab lab;

  private LaneWatch(Lab lab) {
    this.lab = lab;
  }

  /** Begins to watch; once for each lab. */
  public static LaneWatch in(Lab lab) {
    var _ = lab.rows(WATCH);
    return new LaneWatch(lab);
  }

  /** The most jobs of a key that ever ran at once. */
  public long most(String key) {
    return lab.number("select coalesce(max(most), 0) from lane_watch where key = $1", key);
  }

  /** How many of a key run now. */
  public long running(String key) {
    return lab.number("select coalesce(max(running), 0) from lane_watch where key = $1", key);
  }

  /** The jobs of a key as they started, each as often as it did. */
  public List<String> starts(String key) {
    return lab.rows("select job from lane_starts where key = $1 order by number", key).stream()
        .map(row -> Objects.toString(row.getUUID(0)))
        .toList();
  }
}
