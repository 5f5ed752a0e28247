package dev.orchestrix.query;

import static dev.orchestrix.core.job.JobState.RUNNING;

import dev.orchestrix.admission.Outlook;
import dev.orchestrix.admission.Standing;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.LaneName;
import dev.orchestrix.bus.Marks;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.limit.PauseKind;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.query.Explanation.Blocker;
import dev.orchestrix.query.Whereabouts.Place;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.tenant.Limits;
import dev.orchestrix.tenant.Pauses;
import dev.orchestrix.tenant.Rules;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells what keeps a job from starting, from what the scheduler itself goes by: the limits and
 * pauses that the node knows, the buckets and slots in Redis, and the places of jobs in Postgres.
 * Looks, and changes nothing.
 */
public final class Explaining {
  /** How often a job that is being moved is looked at. */
  private static final int LOOKS = 5;

  private final Postgres postgres;
  private final Whereabouts whereabouts;
  private final Outlook outlook;
  private final Limits limits;
  private final Pauses pauses;
  private final InstantSource clock;

  private Explaining(Postgres postgres, Outlook outlook, Rules rules) {
    this.postgres = postgres;
    this.whereabouts = new Whereabouts(postgres);
    this.outlook = outlook;
    this.limits = rules.limits();
    this.pauses = rules.pauses();
    this.clock = InstantSource.system();
  }

  /** What explains by the servers and what the node knows. */
  public static Explaining by(Postgres postgres, RedisLink redis, Rules rules) {
    return new Explaining(postgres, new Outlook(redis, rules), rules);
  }

  /** What is asked about. */
  private record Job(Entry entry, String type, JobState state, Row row) {}

  /**
   * Explains one job; nothing when there is none. Fails with {@link
   * dev.orchestrix.core.failure.EngineException} when a server does not answer.
   */
  public Future<Optional<Explanation>> explain(UUID id) {
    return ask("find job", ExplainSql.JOB, Tuple.of(id))
        .compose(
            rows ->
                rows.size() == 0
                    ? Future.succeededFuture(Optional.empty())
                    : explain(job(rows.iterator().next())).map(Optional::of));
  }

  /** What makes most jobs wait longest. */
  public Future<List<Explanation.Top>> top(int most) {
    return ask("find what blocks", ExplainSql.BLOCKERS, Tuple.of(most))
        .map(rows -> rows.stream().map(Explaining::top).toList());
  }

  private static Explanation.Top top(Row row) {
    var reason = row.getString("reason");
    var name =
        reason == null
            ? "backlog:"
                + Priority.ofCode(row.getShort("priority")).label()
                + ":"
                + row.getString("tenant")
            : reason;
    return new Explanation.Top(name, row.getLong("jobs"), row.getDouble("waiting_seconds"));
  }

  private static Job job(Row row) {
    var cost = row.getShort("cost");
    var marks =
        new Marks(row.getString("type"), cost == null ? 1 : cost, row.getString("rate_key"));
    var entry =
        new Entry(
                row.getUUID("id"),
                row.getInteger("attempt"),
                row.getString("tenant"),
                Priority.ofCode(row.getShort("priority")))
            .with(marks);
    return new Job(entry, marks.type(), JobState.valueOf(row.getString("state")), row);
  }

  private Future<Explanation> explain(Job job) {
    if (job.row.getBoolean("leaving") && job.state != RUNNING && !job.state.terminal()) {
      return Future.succeededFuture(
          answer(job, List.of(Blockers.leaving(job.entry.tenant())), null));
    }
    return switch (job.state) {
      case PENDING -> pending(job);
      case SCHEDULED, RETRYING -> Future.succeededFuture(timed(job));
      case BLOCKED -> Future.succeededFuture(answer(job, List.of(Blockers.steps()), null));
      case RUNNING, SUCCEEDED, FAILED, CANCELLED ->
          Future.succeededFuture(answer(job, List.of(), null));
    };
  }

  private static Explanation timed(Job job) {
    var due = job.row.getOffsetDateTime("run_at");
    var until = due == null ? null : due.toInstant();
    return answer(job, List.of(Blockers.time(job.state, until)), until);
  }

  private Future<Explanation> pending(Job job) {
    var blockers = new ArrayList<>(pauses(job));
    boolean stuck = blockers.stream().anyMatch(one -> one.until() == null);
    return Future.all(lane(job), look(job, LOOKS), whereabouts.executors())
        .map(
            all -> {
              Optional<Blocker> lane = all.resultAt(0);
              Sight sight = all.resultAt(1);
              long executors = all.resultAt(2);
              lane.ifPresent(blockers::add);
              if (executors == 0) {
                blockers.add(Blockers.noExecutor());
              }
              var now = clock.instant();
              for (var one : sight.standings) {
                Blockers.limit(one, sight.place, sight.due, now).ifPresent(blockers::add);
              }
              sight.place.flatMap(Blockers::place).ifPresent(blockers::add);
              boolean unknown = stuck || lane.isPresent() || executors == 0;
              return answer(job, blockers, unknown ? null : start(blockers));
            });
  }

  /**
   * What was seen of a ready job.
   *
   * @param due when the token is due that it has reserved, in milliseconds from now
   */
  private record Sight(Optional<Place> place, List<Standing> standings, Optional<Long> due) {}

  /**
   * Looks at Postgres, at Redis, and at Postgres again: who was fed in between would be counted
   * both as waiting and by the token that was taken. Then all is looked at once more.
   */
  private Future<Sight> look(Job job, int times) {
    return whereabouts
        .place(job.entry)
        .compose(
            before ->
                Future.all(outlook.standings(job.entry), due(job.entry))
                    .compose(
                        redis ->
                            whereabouts
                                .place(job.entry)
                                .compose(
                                    after ->
                                        after.equals(before) || times == 1
                                            ? Future.succeededFuture(
                                                new Sight(
                                                    after, redis.resultAt(0), redis.resultAt(1)))
                                            : look(job, times - 1))));
  }

  private List<Blocker> pauses(Job job) {
    var found = new ArrayList<Blocker>();
    var entry = job.entry;
    paused(PauseKind.TENANT, entry.tenant(), new Reason.PausedTenant(entry.tenant()), found);
    paused(PauseKind.TYPE, job.type, new Reason.PausedType(job.type), found);
    var priority = entry.priority().label();
    paused(PauseKind.PRIORITY, priority, new Reason.PausedPriority(priority), found);
    return found;
  }

  private void paused(PauseKind kind, String name, Reason reason, List<Blocker> to) {
    pauses
        .paused(kind, name)
        .map(pause -> Blockers.paused(pause, kind.label() + " " + name, reason))
        .ifPresent(to::add);
  }

  private Future<Optional<Blocker>> lane(Job job) {
    var key = job.row.getString("concurrency_key");
    if (key == null) {
      return Future.succeededFuture(Optional.empty());
    }
    var tenant = job.entry.tenant();
    int slots = limits.slots(new LaneName(tenant, key));
    return whereabouts
        .turn(tenant, key, job.entry.id())
        .map(found -> found.map(turn -> Blockers.lane(turn, tenant, key, slots)));
  }

  /** Entries are marked only where a limit asks for that. */
  private Future<Optional<Long>> due(Entry entry) {
    var plain = new Entry(entry.id(), entry.attempt(), entry.tenant(), entry.priority());
    return Future.all(outlook.due(plain), outlook.due(entry))
        .map(
            both -> {
              Optional<Long> unmarked = both.resultAt(0);
              Optional<Long> marked = both.resultAt(1);
              return unmarked.isPresent() ? unmarked : marked;
            });
  }

  /** The last of all that end; null when something ends at no known time. */
  private @Nullable Instant start(List<Blocker> blockers) {
    var start = clock.instant();
    for (var blocker : blockers) {
      if (blocker.kind().equals("backlog")) {
        continue;
      }
      if (blocker.until() == null) {
        return null;
      }
      start = blocker.until().isAfter(start) ? blocker.until() : start;
    }
    boolean paced = blockers.stream().anyMatch(one -> one.kind().equals("rate"));
    boolean waits = blockers.stream().anyMatch(one -> one.kind().equals("backlog"));
    return waits && !paced ? null : start;
  }

  private static Explanation answer(Job job, List<Blocker> blockers, @Nullable Instant start) {
    return new Explanation(
        job.entry.id(), job.entry.tenant(), job.type, job.state.name(), blockers, start);
  }

  private Future<RowSet<Row>> ask(String operation, String sql, Tuple parameters) {
    return Postgres.during(operation, postgres.reads().preparedQuery(sql).execute(parameters));
  }
}
