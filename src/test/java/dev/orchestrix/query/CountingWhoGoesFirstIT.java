package dev.orchestrix.query;

import static dev.orchestrix.testkit.Lab.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrix.bus.Entry;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.limit.LimitKind;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.core.limit.Strategy;
import dev.orchestrix.query.Explanation.Ahead;
import dev.orchestrix.query.Explanation.Blocker;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.store.Ids;
import dev.orchestrix.tenant.Limit;
import dev.orchestrix.tenant.Rules;
import dev.orchestrix.testkit.Lab;
import io.vertx.redis.client.Command;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a job is told of those before it, where nobody moves any of them. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CountingWhoGoesFirstIT {
  private static final String TYPE = "running:type:noop";

  /** Enough rows of one job each for counting to end before they do. */
  private static final int MANY = 10_020;

  @RegisterExtension static final Lab LAB = new Lab();

  private Rules rules;
  private Explaining explaining;

  @BeforeEach
  void start() {
    var _ = LAB.rows("insert into tenants (id) values ('other')");
    rules = Rules.of(LAB.vertx(), LAB.postgres(), LAB.meters());
    await(rules.start());
    explaining = Explaining.by(LAB.postgres(), LAB.redis(), rules);
  }

  @AfterEach
  void stop() {
    rules.stop();
  }

  @Test
  void of_those_held_for_the_same_only_those_of_its_own_tenant_are_counted() {
    oneSlot();
    hold(job("other", Priority.HIGH), "other", Priority.HIGH);
    hold(job("other", Priority.NORMAL), "other", Priority.NORMAL);
    hold(job("default", Priority.HIGH), "default", Priority.HIGH);
    hold(job("default", Priority.NORMAL), "default", Priority.NORMAL);
    hold(job("default", Priority.LOW), "default", Priority.LOW);
    var asked = job("default", Priority.NORMAL);
    hold(asked, "default", Priority.NORMAL);
    hold(job("default", Priority.NORMAL), "default", Priority.NORMAL);

    var blocker = only(asked);

    assertThat(blocker.kind()).isEqualTo("running");
    assertThat(blocker.reason()).isEqualTo(TYPE);
    assertThat(blocker.ahead()).isEqualTo(new Ahead(2, false));
    assertThat(blocker.detail()).endsWith("; 2 of its tenant's jobs come before it");
  }

  @Test
  void of_those_that_wait_for_a_slot_in_redis_only_those_of_its_own_tenant_are_counted() {
    oneSlot();
    var asked = job("default", Priority.NORMAL);
    queue(job("other", Priority.NORMAL), "other");
    queue(job("default", Priority.NORMAL), "default");
    queue(asked, "default");
    queue(job("default", Priority.NORMAL), "default");

    assertThat(only(asked).ahead()).isEqualTo(new Ahead(1, false));
  }

  @Test
  void counting_the_backlog_ends_somewhere_and_says_so() {
    backlog(MANY);
    var last = last("backlog");

    var blocker = only(last);

    assertThat(blocker.kind()).isEqualTo("backlog");
    assertThat(blocker.ahead()).isEqualTo(new Ahead(10_000, true));
    assertThat(blocker.detail()).contains("at least 10000 of its tenant's jobs");
  }

  @Test
  void a_job_is_found_at_the_end_of_a_backlog_of_any_length() {
    backlog(31_000);

    assertThat(only(last("backlog")).kind()).isEqualTo("backlog");
  }

  @Test
  void counting_those_held_ends_somewhere_and_says_so() {
    oneSlot();
    backlog(MANY);
    var _ =
        LAB.rows(
            "insert into held (reason, priority, tenant, first, jobs, attempts)"
                + " select $1, priority, tenant, first, jobs, attempts from backlog",
            TYPE);
    var _ = LAB.rows("truncate backlog");

    assertThat(only(last("held")).ahead()).isEqualTo(new Ahead(10_000, true));
  }

  @Test
  void counting_a_lane_ends_somewhere_and_says_so() {
    var asked = job("default", Priority.NORMAL);
    var _ = LAB.rows("update jobs set concurrency_key = 'k' where id = $1", asked);
    var _ =
        LAB.rows(
            "insert into lanes (tenant, key, job)"
                + " select 'default', 'k', gen_random_uuid() from generate_series(1, %d)"
                    .formatted(MANY));
    var _ = LAB.rows("insert into lanes (tenant, key, job) values ('default', 'k', $1)", asked);

    assertThat(only(asked).ahead()).isEqualTo(new Ahead(10_000, true));
  }

  @Test
  void a_job_that_waits_while_its_tenant_is_deleted_is_told_so_and_one_that_runs_is_not() {
    var waits = job("other", Priority.NORMAL);
    var runs = job("other", Priority.NORMAL);
    var stays = job("default", Priority.NORMAL);
    var _ = LAB.rows("update jobs set state = 'RUNNING', attempt = 1 where id = $1", runs);
    var _ = LAB.rows("update tenants set leaving_at = now() where id = 'other'");

    assertThat(only(waits).kind()).isEqualTo("deleting");
    assertThat(only(waits).reason()).isEqualTo("deleting:tenant:other");
    assertThat(explain(waits).start()).isNull();
    assertThat(explain(runs).blockers()).isEmpty();
    assertThat(explain(stays).blockers()).isEmpty();
  }

  private Explanation explain(UUID job) {
    return await(explaining.explain(job)).orElseThrow();
  }

  private Blocker only(UUID job) {
    var blockers = explain(job).blockers();
    assertThat(blockers).hasSize(1);
    return blockers.getFirst();
  }

  /** A limit of one running job of the type, whose slot somebody holds. */
  private void oneSlot() {
    Optional<Limit> set =
        await(rules.limits().put(new Limit(LimitKind.TYPE, "", "noop", null, 1, Strategy.QUEUE)));
    assertThat(set).isPresent();
    var _ = LAB.redis(Command.ZADD, Keys.slots(new Reason.TypeSlots("noop")), 1, "somebody");
  }

  private static UUID job(String tenant, Priority priority) {
    var id = Ids.next();
    var _ =
        LAB.rows(
            """
            insert into jobs (id, tenant, type, state, priority, max_attempts, payload)
            values ($1, $2, 'noop', 'PENDING', $3, 3, '{}')
            """,
            id,
            tenant,
            priority.code());
    LAB.node(7);
    var _ = LAB.rows("update nodes set heartbeat_at = now() + interval '1 hour'");
    return id;
  }

  private static void hold(UUID job, String tenant, Priority priority) {
    var _ =
        LAB.rows(
            "insert into held (reason, priority, tenant, first, jobs, attempts)"
                + " values ($1, $2, $3, $4, array[$4::uuid], array[0])",
            TYPE,
            priority.code(),
            tenant,
            job);
  }

  private static void queue(UUID job, String tenant) {
    var entry = new Entry(job, 0, tenant, Priority.NORMAL);
    var _ =
        LAB.redis(Command.RPUSH, Keys.waiting(new Reason.TypeSlots("noop")), entry.value() + "\tY");
  }

  /** So many jobs, a row for each, in the backlog. */
  private static void backlog(int rows) {
    var _ = job("default", Priority.NORMAL);
    var ids = Stream.generate(Ids::next).limit(rows).toArray(UUID[]::new);
    var _ =
        LAB.rows(
            """
            with made as (
              insert into jobs (id, tenant, type, state, priority, max_attempts, payload)
              select id, 'default', 'noop', 'PENDING', 1, 3, '{}'
                from unnest($1::uuid[]) as i(id)
              returning id
            )
            insert into backlog (priority, tenant, first, jobs, attempts)
            select 1, 'default', id, array[id], array[0]
              from made
            """,
            (Object) ids);
  }

  private static UUID last(String table) {
    return LAB.rows("select first from %s order by first desc limit 1".formatted(table))
        .getFirst()
        .getUUID(0);
  }
}
