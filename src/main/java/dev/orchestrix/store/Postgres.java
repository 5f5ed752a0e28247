package dev.orchestrix.store;

import dev.orchestrix.config.Settings;
import dev.orchestrix.core.failure.EngineException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The pools of one node. */
public final class Postgres {

  /**
   * Batch statements are planned once, maybe while their tables are empty. Each names the rows it
   * wants by {@code = any(array)}, and is to find them by index and match them to the batch by
   * hash, whatever the planner believes about sizes: a nested loop over the batch would be
   * quadratic.
   */
  private static final Map<String, String> BATCHES =
      Map.of(
          "plan_cache_mode", "force_generic_plan",
          "enable_seqscan", "off",
          "enable_bitmapscan", "off",
          "enable_nestloop", "off",
          "enable_mergejoin", "off",
          "jit", "off");

  /**
   * A connection that has said nothing for this much longer than any statement may take is closed:
   * what waited for it fails. It may just have been idle, and then the next statement opens
   * another.
   */
  private static final Duration OVERDUE = Duration.ofSeconds(5);

  private final Pool writes;
  private final Pool claims;
  private final Pool reads;
  private final Pool apart;

  private Postgres(Pool writes, Pool claims, Pool reads, Pool apart) {
    this.writes = writes;
    this.claims = claims;
    this.reads = reads;
    this.apart = apart;
  }

  /** Makes the pools; a connection is opened when the first statement needs it. */
  public static Postgres connect(Vertx vertx, Settings.Postgres settings) {
    var batches = options(settings, BATCHES);
    var unsynced = options(settings, BATCHES).addProperty("synchronous_commit", "off");
    return new Postgres(
        pool(vertx, "writes", batches, settings),
        pool(vertx, "claims", unsynced, settings),
        pool(vertx, "reads", options(settings, Map.of("jit", "off")), settings),
        apart(vertx, settings));
  }

  /** For batch statements whose commit reaches the disk before the future completes. */
  public Pool writes() {
    return writes;
  }

  /** For claims: a commit lost in a crash is a job that runs again, which is promised. */
  public Pool claims() {
    return claims;
  }

  /** For everything else; statements are planned for their values. */
  public Pool reads() {
    return reads;
  }

  /** One connection for the rare statement that may take up to ten minutes. */
  public Pool apart() {
    return apart;
  }

  /** Closes every connection; statements in flight fail. */
  public Future<Void> close() {
    return Future.join(writes.close(), claims.close(), reads.close(), apart.close()).mapEmpty();
  }

  /** The same future, whose failure is an {@link EngineException} that names the operation. */
  public static <T> Future<T> during(String operation, Future<T> future) {
    return future.recover(error -> Future.failedFuture(classify(operation, error)));
  }

  private static EngineException classify(String operation, Throwable error) {
    return switch (error) {
      case EngineException known -> known;
      case PgException refused -> refused(operation, refused);
      default -> new EngineException.Unavailable(operation, error);
    };
  }

  /** By class of SQLSTATE: https://www.postgresql.org/docs/18/errcodes-appendix.html. */
  private static EngineException refused(String operation, PgException error) {
    var state = error.getSqlState();
    return switch (state == null || state.length() < 2 ? "" : state.substring(0, 2)) {
      case "08", "25", "40", "53", "55", "57", "58" ->
          new EngineException.Unavailable(operation, error);
      case "21", "22", "23" -> new EngineException.BadData(operation, state, error);
      default -> new EngineException.Rejected(operation, state, error);
    };
  }

  private static PgConnectOptions options(
      Settings.Postgres settings, Map<String, String> properties) {
    var options =
        PostgresUrl.options(settings.url())
            .setCachePreparedStatements(true)
            .setPreparedStatementCacheMaxSize(256)
            .setPipeliningLimit(64)
            .addProperty("application_name", "orchestrix")
            .addProperty("statement_timeout", millis(settings.statementTimeout()))
            .addProperty("idle_in_transaction_session_timeout", "60000");
    properties.forEach(options::addProperty);
    return options;
  }

  private static Pool pool(
      Vertx vertx, String name, PgConnectOptions options, Settings.Postgres settings) {
    return PgBuilder.pool()
        .using(vertx)
        .connectingTo(options)
        .with(
            new PoolOptions()
                .setName(name)
                .setMaxSize(settings.connections())
                .setMaxWaitQueueSize(10_000)
                .setConnectionTimeout(5)
                .setConnectionTimeoutUnit(TimeUnit.SECONDS))
        .with(
            network()
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setReadIdleTimeout((int) settings.statementTimeout().plus(OVERDUE).toMillis()))
        .build();
  }

  private static Pool apart(Vertx vertx, Settings.Postgres settings) {
    var patient = Map.of("jit", "off", "statement_timeout", "600000");
    return PgBuilder.pool()
        .using(vertx)
        .connectingTo(options(settings, patient))
        .with(new PoolOptions().setName("apart").setMaxSize(1).setMaxWaitQueueSize(10))
        .with(network())
        .build();
  }

  private static NetClientOptions network() {
    return new NetClientOptions().setConnectTimeout(5000).setTcpKeepAlive(true);
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }
}
