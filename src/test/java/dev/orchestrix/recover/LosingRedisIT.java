package dev.orchestrix.recover;

import static dev.orchestrix.core.job.Priority.NORMAL;
import static dev.orchestrix.testkit.Lab.await;
import static dev.orchestrix.testkit.Lab.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.outbox.Backlog;
import dev.orchestrix.outbox.Feeder;
import dev.orchestrix.outbox.Gates;
import dev.orchestrix.outbox.Relay;
import dev.orchestrix.redis.Flow;
import dev.orchestrix.redis.Keys;
import dev.orchestrix.redis.KnownJobs;
import dev.orchestrix.redis.Sentinel;
import dev.orchestrix.redis.Streams;
import dev.orchestrix.store.Leadership;
import dev.orchestrix.store.Loop;
import dev.orchestrix.testkit.Lab;
import dev.orchestrix.testkit.Unlimited;
import io.vertx.redis.client.Command;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LosingRedisIT {
  private static final Pattern LOOKS = Pattern.compile("cmdstat_get:calls=(\\d+)");

  @RegisterExtension static final Lab LAB = new Lab();

  private Streams streams;
  private Flow flow;
  private Gates gates;
  private Sentinel sentinel;
  private Leadership leadership;

  @BeforeEach
  void lead() {
    streams = new Streams(LAB.redis(), LAB.redis());
    flow = new Flow(LAB.redis());
    gates = new Gates(LAB.vertx());
    leadership = new Leadership(LAB.vertx(), LAB.postgres(), LAB.meters(), "scheduler", 1);
    await(leadership.start());
    await(streams.prepare());
    sentinel = new Sentinel(LAB.redis());
    await(sentinel.mark(await(sentinel.look()).identity()));
  }

  @AfterEach
  void stop() {
    await(leadership.stop());
  }

  @Test
  void every_job_that_is_ready_is_put_on_its_stream_again() {
    var ready = LAB.ready(5).stream().map(Delivery::entry).toList();
    var _ =
        LAB.rows(
            "insert into backlog values (1, 'default', $1, array[$1], array[0])",
            ready.get(0).id());
    var _ = LAB.rows("update jobs set state = 'RUNNING' where id = $1", ready.get(1).id());
    var _ = LAB.rows("update jobs set state = 'SUCCEEDED' where id = $1", ready.get(2).id());

    watch();
    var _ = LAB.redis(Command.FLUSHALL);
    until("the loss is noticed", () -> await(sentinel.look()).marked());
    feed();

    until("the jobs are there", () -> await(flow.depths()).lengths().get(1) == 3);
    assertThat(await(streams.take("test", 10, new int[] {8, 3, 1})).deliveries())
        .extracting(Delivery::entry)
        .containsExactlyInAnyOrder(ready.get(0), ready.get(3), ready.get(4));
  }

  @Test
  void a_redis_that_was_never_used_counts_as_one_that_lost_everything() {
    var ready = LAB.ready(2);
    var _ = LAB.redis(Command.FLUSHALL);

    watch();

    until("it is marked", () -> await(sentinel.look()).marked());
    assertThat(LAB.rows("select job from backlog_jobs"))
        .extracting(row -> row.getUUID(0))
        .containsExactlyInAnyOrder(ready.get(0).entry().id(), ready.get(1).entry().id());
  }

  @Test
  void of_jobs_with_a_concurrency_key_those_that_were_called_are_put_back() {
    var ready = LAB.ready(2).stream().map(one -> one.entry().id()).toList();
    var _ = LAB.rows("update jobs set concurrency_key = 'k'");
    var _ =
        LAB.rows(
            """
            insert into lanes (tenant, key, job, called)
            values ('default', 'k', $1, true), ('default', 'k', $2, false)
            """,
            ready.get(0),
            ready.get(1));
    var _ = LAB.redis(Command.FLUSHALL);

    watch();

    until("it is marked", () -> await(sentinel.look()).marked());
    assertThat(LAB.rows("select job from backlog_jobs"))
        .extracting(row -> row.getUUID(0))
        .containsExactly(ready.get(0));
  }

  @Test
  void what_the_new_server_knows_already_gets_no_second_entry() {
    var ready = LAB.ready(6).stream().map(Delivery::entry).toList();
    var _ = LAB.redis(Command.FLUSHALL);
    await(streams.prepare());
    var _ = await(streams.enqueue(NORMAL, ready.subList(0, 2)));
    var _ = LAB.redis(Command.ZADD, Keys.PARKED, 1e15, ready.get(2).value() + "\tt");
    var _ = LAB.redis(Command.XADD, Keys.ADMITTED, "*", "j", ready.get(3).value());
    var full = new Reason.TypeSlots("noop");
    var _ = LAB.redis(Command.HSET, Keys.WAITING, full.text(), 1);
    var _ = LAB.redis(Command.RPUSH, Keys.waiting(full), ready.get(4).value());

    watch();

    until("it is marked", () -> await(sentinel.look()).marked());
    assertThat(LAB.rows("select job from backlog_jobs"))
        .extracting(row -> row.getUUID(0))
        .containsExactly(ready.get(5).id());
  }

  @Test
  void what_could_not_be_relayed_is_put_back_once() {
    var ready = LAB.ready(2).stream().map(one -> one.entry().id()).toList();
    var _ =
        LAB.rows(
            """
            insert into outbox (id, node, jobs, created_at)
            values ($1, 1, array[$1, $2], now() - interval '1 minute')
            """,
            ready.get(0),
            ready.get(1));
    var _ = LAB.redis(Command.FLUSHALL);

    watch();

    until("it is marked", () -> await(sentinel.look()).marked());
    assertThat(await(new Backlog(LAB.postgres(), 1).sweep())).isEmpty();
    assertThat(LAB.rows("select job from backlog_jobs"))
        .extracting(row -> row.getUUID(0))
        .containsExactlyElementsOf(ready);
  }

  @Test
  void an_entry_of_an_attempt_that_is_over_does_not_stand_for_its_job() {
    var stale = LAB.ready(1).getFirst().entry();
    var _ = LAB.rows("update jobs set attempt = 1 where id = $1", stale.id());
    var _ = LAB.redis(Command.FLUSHALL);
    await(streams.prepare());
    var _ = await(streams.enqueue(NORMAL, List.of(stale)));

    watch();

    until("it is marked", () -> await(sentinel.look()).marked());
    assertThat(LAB.rows("select job, attempt from backlog_jobs"))
        .extracting(row -> row.getUUID(0), row -> row.getInteger(1))
        .containsExactly(tuple(stale.id(), 1));
  }

  @Test
  void nothing_is_done_while_redis_remembers() {
    var _ = LAB.ready(2);
    var before = looks();

    watch();

    until("it has looked twice", () -> looks() >= before + 2);
    assertThat(LAB.rows("select from backlog_jobs")).isEmpty();
  }

  private void watch() {
    var known = new KnownJobs(LAB.redis());
    var watch =
        new RedisWatch(LAB.vertx(), LAB.postgres(), streams, known, sentinel, gates, LAB.meters());
    LAB.deploy(new Loop(watch, leadership, LAB.meters()));
  }

  private void feed() {
    var relay =
        new Relay(
            LAB.vertx(), LAB.postgres(), streams, gates, LAB.meters(), Unlimited.marking(LAB));
    LAB.deploy(
        new Feeder(
            NORMAL,
            new Backlog(LAB.postgres(), 1),
            relay,
            flow,
            leadership,
            LAB.meters(),
            LAB.settings().dispatch().window(),
            _ -> 1,
            _ -> Integer.MAX_VALUE,
            () -> false));
  }

  /** How often Redis was asked whether the mark is there. */
  private static int looks() {
    var statistics = String.valueOf(LAB.redis(Command.INFO, "commandstats"));
    var calls = LOOKS.matcher(statistics);
    return calls.find() ? Integer.parseInt(calls.group(1)) : 0;
  }
}
