package dev.orchestrix.testkit;

import dev.orchestrix.bus.Delivery;
import dev.orchestrix.bus.Entry;
import dev.orchestrix.bus.Messages;
import dev.orchestrix.config.Settings;
import dev.orchestrix.config.SettingsLoader;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.metrics.Meters;
import dev.orchestrix.redis.RedisLink;
import dev.orchestrix.store.Ids;
import dev.orchestrix.store.Partitions;
import dev.orchestrix.store.Postgres;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What a test of the engine's inside works with: a Vert.x, a database of its own with the whole
 * schema, and a Redis that is empty, as is the database, before each test. For a static field with
 * {@code @RegisterExtension}.
 */
public final class Lab
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String EMPTY =
      """
      do $$
      declare
        names text;
      begin
        select string_agg(quote_ident(relname), ', ')
          into names
          from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
           and not relispartition and relname <> 'schema_changes';
        execute 'truncate ' || names;
        insert into tenants (id) values ('default');
      end $$
      """;

  /** The backlog with a row for each job, for tests to read. */
  private static final String BACKLOG_JOBS =
      """
      create view backlog_jobs as
      select priority, tenant, job, attempt
        from backlog, unnest(jobs, attempts) as u(job, attempt)
      """;

  /** What there is between the first test of a class and the last. */
  private record Parts(
      Vertx vertx,
      Context loop,
      Settings settings,
      Postgres postgres,
      RedisLink redis,
      Meters meters) {}

  private final List<String> deployed = new ArrayList<>();
  private @Nullable Parts parts;

  @Override
  public void beforeAll(ExtensionContext context) {
    var vertx = Vertx.vertx();
    Messages.register(vertx);
    var settings = settings(Servers.database(), Map.of());
    var postgres = Postgres.connect(vertx, settings.postgres());
    var redis = new RedisLink(vertx, patient(settings.redis()));
    parts = new Parts(vertx, vertx.getOrCreateContext(), settings, postgres, redis, new Meters());
    await(new Partitions(postgres).prepare(Instant.now()));
    var _ = rows(BACKLOG_JOBS);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    var _ = rows(EMPTY);
    var _ = redis(Command.FLUSHALL);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    var _ = await(Future.join(deployed.stream().map(vertx()::undeploy).toList()));
    deployed.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    var all = parts();
    var _ =
        await(Future.join(all.postgres.close(), all.redis.close()).eventually(all.vertx::close));
    all.meters.close();
  }

  /** A machine that stands still for some seconds fails no test. */
  private static Settings.Redis patient(Settings.Redis redis) {
    return new Settings.Redis(redis.url(), redis.ca(), PATIENCE);
  }

  /**
   * The settings of a node beside the servers of the tests.
   *
   * @param flags by path, such as {@code execute.slots}
   */
  public static Settings settings(URI database, Map<String, String> flags) {
    var environment =
        Map.of(
            "ORCHESTRIX_AUTH_MODE", "none",
            "ORCHESTRIX_POSTGRES_URL", database.toString(),
            "ORCHESTRIX_REDIS_URL", Servers.redis().toString());
    return new SettingsLoader(environment, Path.of("no-such-folder"), Optional.empty())
        .node(flags)
        .settings();
  }

  /** The result of a future, or its failure thrown. */
  public static <T extends @Nullable Object> T await(Future<T> future) {
    try {
      return future.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("not within " + PATIENCE, late);
    }
  }

  /** Waits for what nobody announces. */
  public static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  /**
   * Runs code in one turn of the lab's event loop. What that gives to a {@link
   * dev.orchestrix.store.Batcher} which was made there too is one batch.
   */
  public <T> T inOneTurn(Supplier<T> code) {
    var result = Promise.<T>promise();
    parts()
        .loop
        .runOnContext(
            _ -> {
              try {
                result.complete(code.get());
              } catch (RuntimeException failed) {
                result.fail(failed);
              }
            });
    return await(result.future());
  }

  /** Deploys a verticle until the test has ended. */
  public void deploy(Deployable verticle) {
    deployed.add(await(vertx().deployVerticle(verticle)));
  }

  /** Listens to an address of the event bus from now on. */
  public <T> Overheard<T> overhear(String address) {
    var overheard = new Overheard<T>(vertx(), address);
    var _ = await(overheard.ready());
    return overheard;
  }

  public Vertx vertx() {
    return parts().vertx;
  }

  public Settings settings() {
    return parts().settings;
  }

  public Postgres postgres() {
    return parts().postgres;
  }

  public RedisLink redis() {
    return parts().redis;
  }

  public Meters meters() {
    return parts().meters;
  }

  /** What a statement answers. */
  public List<Row> rows(String sql, @Nullable Object... parameters) {
    var reads = postgres().reads();
    var answer =
        parameters.length == 0
            ? reads.query(sql).execute()
            : reads.preparedQuery(sql).execute(Tuple.from(parameters));
    var rows = new ArrayList<Row>();
    await(answer).forEach(rows::add);
    return rows;
  }

  /** The only number that a statement answers. */
  public long number(String sql, @Nullable Object... parameters) {
    return rows(sql, parameters).getFirst().getLong(0);
  }

  /** What happens to a job, as its row has it. */
  public Row job(UUID id) {
    return rows(
            """
            select state::text as state, attempt, failures, crashes, node,
                   run_at, started_at, finished_at, result, errors, report
              from jobs
             where id = $1
            """,
            id)
        .getFirst();
  }

  /** The state of a job. */
  public JobState state(UUID id) {
    return JobState.valueOf(job(id).getString("state"));
  }

  /** What Redis answers. */
  public @Nullable Response redis(Command command, Object... arguments) {
    var request = Request.cmd(command);
    for (var argument : arguments) {
      request.arg(argument.toString());
    }
    return await(redis().send(request));
  }

  /** Registers a node that may claim, and whose lease has been over for long. */
  public void node(int number) {
    var _ =
        rows(
            """
            insert into nodes (id, name, roles, heartbeat_at)
            values ($1, 'test', 'executor', now() - interval '1 hour')
                on conflict (id) do nothing
            """,
            number);
  }

  /** Writes jobs that are ready, and makes the entries that a stream would have of them. */
  public List<Delivery> ready(int count) {
    var ids = Stream.generate(Ids::next).limit(count).toArray(UUID[]::new);
    var _ =
        rows(
            """
            insert into jobs (id, tenant, type, state, priority, max_attempts, payload)
            select id, 'default', 'noop', 'PENDING', 1, 3, '{}'
              from unnest($1::uuid[]) as i(id)
            """,
            (Object) ids);
    return Stream.of(ids)
        .map(id -> new Delivery(2, "1-1", new Entry(id, 0, "default", Priority.NORMAL)))
        .toList();
  }

  private Parts parts() {
    var known = parts;
    if (known == null) {
      throw new IllegalStateException("not a static field with @RegisterExtension");
    }
    return known;
  }
}
