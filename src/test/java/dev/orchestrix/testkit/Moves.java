package dev.orchestrix.testkit;

import java.util.List;
import java.util.Objects;

/**
 * Every change of a job's state or attempt as Postgres saw it, written down by a trigger. What the
 * engine says of itself cannot prove that it wrote nothing twice; this can.
 */
public final class Moves {
  private static final String RECORD =
      """
      create table moves (
        job uuid not null,
        attempt integer not null,
        old_state job_state not null,
        new_state job_state not null,
        new_attempt integer not null,
        old_node integer
      );
      create function record_move() returns trigger language plpgsql as $$
      begin
        insert into moves
        values (old.id, old.attempt, old.state, new.state, new.attempt, old.node);
        return null;
      end $$;
      create trigger record_moves
        after update on jobs
        for each row
        when (old.state <> new.state or old.attempt <> new.attempt)
        execute function record_move();
      """;

  private static final String FORBIDDEN =
      """
      select 'ended twice: ' || job || ' attempt ' || attempt || ' to '
             || string_agg(new_state::text, ', ')
        from moves
       where old_state = 'RUNNING'
       group by job, attempt
      having count(*) > 1
      union all
      select 'left its end: ' || job || ' from ' || old_state || ' to ' || new_state
        from moves
       where old_state in ('SUCCEEDED', 'FAILED', 'CANCELLED')
      union all
      select 'began with another attempt than the next: ' || job || ' attempt ' || new_attempt
        from moves
       where new_attempt <> attempt + case when new_state = 'RUNNING' then 1 else 0 end
      """;

  private final Lab lab;

  private Moves(Lab lab) {
    this.lab = lab;
  }

  /** Begins to write down; once for each lab. */
  public static Moves recordedIn(Lab lab) {
    var _ = lab.rows(RECORD);
    return new Moves(lab);
  }

  /**
   * What must never be: two outcomes of one attempt, a move out of an end, an attempt number that
   * does not grow by one with each start.
   */
  public List<String> forbidden() {
    return lab.rows(FORBIDDEN).stream()
        .map(row -> Objects.requireNonNull(row.getString(0)))
        .toList();
  }

  /** How often jobs went from one state to another. */
  public long count(String from, String to) {
    return lab.number(
        "select count(*) from moves where old_state::text = $1 and new_state::text = $2", from, to);
  }
}
