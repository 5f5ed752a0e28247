package dev.orchestrix.bench;

import dev.orchestrix.store.PostgresUrl;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * The bare loop's tables, stream and connections. Lanes share the few connections; statements of
 * several lanes are in flight on each. Made and closed by a thread that may wait.
 */
final class BareLoopServers implements AutoCloseable {
  /** More than all lanes together ever have in flight. */
  private static final int WAITING_COMMANDS = 1_000_000;

  private static final int PIPELINED = 64;
  private static final int STREAMS = 2;

  /** The statements of one connection whose commits reach the disk. */
  private record Durable(PreparedStatement insert, PreparedStatement complete) {}

  private final Session session;
  private final Redis redis;
  private final PgConnectOptions durableOptions;
  private final PgConnectOptions claimOptions;
  private final List<SqlConnection> connections = new ArrayList<>();
  private final List<Durable> durable = new ArrayList<>();
  private final List<PreparedStatement> claims = new ArrayList<>();
  private final List<BareStream> streams = new ArrayList<>();

  private BareLoopServers(Session session, URI postgres, URI redisUrl) {
    this.session = session;
    redis =
        Redis.createClient(
            session.vertx(),
            new RedisOptions()
                .setConnectionString(redisUrl.toString())
                .setMaxPoolSize(STREAMS)
                .setMaxWaitingHandlers(WAITING_COMMANDS));
    durableOptions =
        PostgresUrl.options(postgres)
            .setPipeliningLimit(PIPELINED)
            .addProperty("plan_cache_mode", "force_generic_plan")
            .addProperty("enable_seqscan", "off")
            .addProperty("jit", "off")
            .addProperty("client_min_messages", "warning");
    // a claim that a crash takes back is made again
    claimOptions = new PgConnectOptions(durableOptions).addProperty("synchronous_commit", "off");
  }

  /**
   * Makes the tables and the stream, new and empty, and opens the connections.
   *
   * @param connections to Postgres, 2 or more; a quarter of them is for claims
   */
  static BareLoopServers open(Session session, URI postgres, URI redis, int connections) {
    var servers = new BareLoopServers(session, postgres, redis);
    try {
      servers.createTables();
      servers.openAll(connections);
      return servers;
    } catch (BenchException e) {
      servers.close();
      throw e;
    }
  }

  int connections() {
    return durable.size() + claims.size();
  }

  /** Statements that must not be mixed up between lanes: each lane keeps to its own number. */
  PreparedQuery<RowSet<Row>> insert(int lane) {
    return durable.get(lane % durable.size()).insert.query();
  }

  PreparedQuery<RowSet<Row>> claim(int lane) {
    return claims.get(lane % claims.size()).query();
  }

  PreparedQuery<RowSet<Row>> complete(int lane) {
    return durable.get((lane + 1) % durable.size()).complete.query();
  }

  BareStream stream(int lane) {
    return streams.get(lane % streams.size());
  }

  /** How many jobs have ended, by what Postgres has stored. */
  long succeeded() {
    var rows =
        session.await(
            "Counting the bare loop's jobs",
            connections.getFirst().query(LimitSql.COUNT_SUCCEEDED).execute());
    return rows.iterator().next().getLong(0);
  }

  /** Leaves nothing behind in Postgres and Redis. */
  @Override
  public void close() {
    if (!streams.isEmpty()) {
      session.await("Deleting the bare loop's stream", streams.getFirst().delete());
    }
    if (!connections.isEmpty()) {
      execute(LimitSql.DROP);
    }
    session.await(
        "Closing the bare loop's connections",
        Future.join(
            Future.join(connections.stream().map(SqlConnection::close).toList()), redis.close()));
  }

  private void createTables() {
    connections.add(connect(durableOptions));
    execute(LimitSql.DROP);
    execute(LimitSql.CREATE);
    execute(LimitSql.CREATE_JOBS);
    execute(LimitSql.CREATE_OUTBOX);
  }

  private void openAll(int count) {
    int claiming = Math.max(1, count / 4);
    for (int i = 0; i < count - claiming; i++) {
      var connection = connect(durableOptions);
      connections.add(connection);
      durable.add(
          new Durable(
              prepare(connection, LimitSql.INSERT), prepare(connection, LimitSql.COMPLETE)));
    }
    for (int i = 0; i < claiming; i++) {
      var connection = connect(claimOptions);
      connections.add(connection);
      claims.add(prepare(connection, LimitSql.CLAIM));
    }
    for (int i = 0; i < STREAMS; i++) {
      streams.add(new BareStream(session.await("Connecting to Redis", redis.connect())));
    }
    session.await("Making the bare loop's stream", streams.getFirst().create());
  }

  private SqlConnection connect(PgConnectOptions options) {
    return session.await("Connecting to Postgres", PgConnection.connect(session.vertx(), options));
  }

  private PreparedStatement prepare(SqlConnection connection, String sql) {
    return session.await("Preparing the bare loop", connection.prepare(sql));
  }

  private void execute(String sql) {
    session.await("Making the bare loop's tables", connections.getFirst().query(sql).execute());
  }
}
