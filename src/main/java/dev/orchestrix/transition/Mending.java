package dev.orchestrix.transition;

import dev.orchestrix.store.Postgres;
import dev.orchestrix.store.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;

/** Puts right what must never be: jobs that nothing would find, or that nobody runs. */
public final class Mending {
  private final Postgres postgres;

  public Mending(Postgres postgres) {
    this.postgres = postgres;
  }

  /** A job as it was found. */
  public record Found(UUID job, int attempt) {}

  /** RUNNING to PENDING, uncounted: jobs in no lease; how many. */
  public Future<Integer> giveBack(List<Found> jobs) {
    return write("give back jobs that nobody runs", MendSql.GIVE_BACK, jobs);
  }

  /** RUNNING to PENDING, uncounted: jobs that a node has leased and does not run; how many. */
  public Future<Integer> giveUp(int node, List<Found> jobs) {
    var ids = Rows.column(jobs, UUID[]::new, Found::job);
    var attempts = Rows.column(jobs, Integer[]::new, Found::attempt);
    return count(
        "give back jobs that this node does not run",
        MendSql.GIVE_UP,
        Tuple.of(ids, attempts, Rows.lowest(ids), Rows.highest(ids), node));
  }

  /** Makes ready jobs be found through the backlog; how many. */
  public Future<Integer> addToBacklog(List<Found> jobs) {
    return write("put lost jobs into the backlog", MendSql.ADD_TO_BACKLOG, jobs);
  }

  /** Makes jobs be found at their time; how many. */
  public Future<Integer> addTimers(List<Found> jobs) {
    return write("restore timers", MendSql.ADD_TIMERS, jobs);
  }

  /** Gives jobs with a concurrency key their places in their lanes; how many. */
  public Future<Integer> addPlaces(List<Found> jobs) {
    return write("restore places in lanes", MendSql.ADD_PLACES, jobs);
  }

  /** Deletes leases whose jobs have all ended; how many. */
  public Future<Integer> deleteLeases(List<UUID> leases) {
    return count(
        "delete leases without jobs", MendSql.DELETE_LEASES, Tuple.of(leases.toArray(UUID[]::new)));
  }

  /** Deletes dead letters of jobs that have not failed; how many. */
  public Future<Integer> deleteLetters(List<UUID> jobs) {
    return count(
        "delete letters of jobs that have not failed",
        MendSql.DELETE_LETTERS,
        Tuple.of((Object) jobs.toArray(UUID[]::new)));
  }

  private Future<Integer> write(String operation, String sql, List<Found> jobs) {
    var ids = Rows.column(jobs, UUID[]::new, Found::job);
    var attempts = Rows.column(jobs, Integer[]::new, Found::attempt);
    return count(operation, sql, Tuple.of(ids, attempts, Rows.lowest(ids), Rows.highest(ids)));
  }

  private Future<Integer> count(String operation, String sql, Tuple parameters) {
    return Postgres.during(operation, postgres.writes().preparedQuery(sql).execute(parameters))
        .map(rows -> rows.iterator().next().getLong(0).intValue());
  }
}
