package dev.orchestrix.admission;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.redis.Answers;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.redis.Script;
import dev.orchestrix.store.Chore;
import dev.orchestrix.store.Postgres;
import dev.orchestrix.tenant.Rules;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the slots in Redis agree with the jobs that run, by the leases. A limit that is new, or
 * that Redis has lost, gives no slot until it was counted once; a slot that leaked is found when
 * nobody has run with it for a while.
 */
public final class SlotCount implements Chore {
  private static final Logger LOG = LoggerFactory.getLogger(SlotCount.class);
  private static final Rhythm RHYTHM =
      Rhythm.atOnce("slot_count", Duration.ofMillis(500), Duration.ofSeconds(30));

  /** Turns between two counts of limits that were counted before. */
  private static final int TURNS = 8;

  /**
   * How long a job may hold a slot before it runs: an entry that a dispatcher took with it into
   * death is read again after ten seconds.
   */
  private static final Duration LONGEST_START = Duration.ofSeconds(20);

  private final RedisLink redis;
  private final Postgres postgres;
  private final Needs needs;
  private final SlotReturns returns;
  private final Meters meters;

  /** Limits that were not counted a turn ago: what was on its way then has arrived by now. */
  private Set<Need.Slots> fresh = new HashSet<>();

  private int turn;

  public SlotCount(
      RedisLink redis, Postgres postgres, Rules rules, SlotReturns returns, Meters meters) {
    this.redis = redis;
    this.postgres = postgres;
    this.needs = new Needs(rules);
    this.returns = returns;
    this.meters = meters;
  }

  @Override
  public Rhythm rhythm() {
    return RHYTHM;
  }

  @Override
  public void failed(Throwable error) {
    LOG.warn("slots not counted; new limits give none yet: {}", error.getMessage());
  }

  @Override
  public Future<?> turn() {
    var all = needs.slots();
    return uncounted(all)
        .compose(unknown -> count(due(all, unknown)))
        .compose(_ -> redis.send(Request.cmd(Command.HKEYS).arg(Keys.WAITING)))
        .compose(waiting -> call(all, waiting));
  }

  private List<Need.Slots> due(List<Need.Slots> all, Set<Need.Slots> unknown) {
    boolean everything = turn++ % TURNS == 0;
    var due = new ArrayList<Need.Slots>();
    for (var one : all) {
      if (unknown.contains(one) ? fresh.contains(one) : everything) {
        due.add(one);
      }
    }
    fresh = unknown;
    return due;
  }

  /** A limit may have been raised, or be gone: nobody leaves then, and some may go on. */
  private Future<Void> call(List<Need.Slots> all, @Nullable Response waiting) {
    var lists = new HashSet<String>();
    if (waiting != null) {
      waiting.forEach(name -> lists.add(name.toString()));
    }
    var called = all.stream().filter(one -> lists.remove(one.reason().text())).toList();
    return returns
        .call(called)
        .compose(_ -> Future.join(lists.stream().map(this::dissolve).toList()).mapEmpty());
  }

  /** Whoever waits for a slot of a limit that is gone waits no more. */
  private Future<Void> dissolve(String name) {
    return Reason.parse(name)
        .flatMap(needs::unlimited)
        .map(
            slots ->
                redis
                    .send(Request.cmd(Command.HSET).arg(Keys.COUNTED).arg(name).arg(0))
                    .compose(_ -> returns.call(List.of(slots)))
                    .compose(_ -> redis.send(Request.cmd(Command.HDEL).arg(Keys.COUNTED).arg(name)))
                    .compose(
                        _ -> redis.send(Request.cmd(Command.DEL).arg(Keys.slots(slots.reason()))))
                    .<Void>mapEmpty())
        .orElse(Future.succeededFuture());
  }

  private Future<Set<Need.Slots>> uncounted(List<Need.Slots> all) {
    if (all.isEmpty()) {
      return Future.succeededFuture(Set.of());
    }
    var request = Request.cmd(Command.HMGET).arg(Keys.COUNTED);
    all.forEach(one -> request.arg(one.reason().text()));
    return redis
        .send(request)
        .map(
            answer -> {
              var unknown = new HashSet<Need.Slots>();
              for (int i = 0; i < all.size(); i++) {
                if (answer == null || answer.get(i) == null) {
                  unknown.add(all.get(i));
                }
              }
              return unknown;
            });
  }

  private Future<Void> count(List<Need.Slots> due) {
    if (due.isEmpty()) {
      return Future.succeededFuture();
    }
    var tenants = new ArrayList<String>();
    var types = new ArrayList<String>();
    for (var one : due) {
      switch (one.owner()) {
        case Need.Owner.Tenant(var tenant) -> tenants.add(tenant);
        case Need.Owner.Type(var type) -> types.add(type);
      }
    }
    var parameters =
        Tuple.tuple()
            .addArrayOfString(tenants.toArray(String[]::new))
            .addArrayOfString(types.toArray(String[]::new));
    return Postgres.during(
            "count what runs", postgres.reads().preparedQuery(SlotSql.RUNNING).execute(parameters))
        .compose(
            running ->
                Future.join(due.stream().map(one -> count(one, running)).toList()).mapEmpty());
  }

  private Future<Void> count(Need.Slots slots, RowSet<Row> running) {
    var arguments = new ArrayList<String>();
    arguments.add(slots.reason().text());
    arguments.add(Long.toString(LONGEST_START.toMillis()));
    for (var row : running) {
      if (slots.owner().owns(row.getString(1), row.getString(2))) {
        arguments.add(holder(row));
      }
    }
    return redis
        .run(Script.COUNT, List.of(Keys.COUNTED, Keys.slots(slots.reason())), arguments)
        .onSuccess(answer -> meters.recovered("slot", (int) Answers.number(answer, 0)))
        .mapEmpty();
  }

  /** A claim has made the attempt one more than its entry said. */
  private static String holder(Row row) {
    return Entry.holder(row.getUUID(0), Priority.ofCode(row.getShort(3)), row.getInteger(4) - 1);
  }
}
