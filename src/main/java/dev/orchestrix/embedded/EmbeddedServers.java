package dev.orchestrix.embedded;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * A Postgres and a Redis of one's own, running on this machine and reachable from it alone.
 *
 * <p>Either is started again when it ends by itself. Ctrl-C does not reach them: they run until
 * {@link #close}. If this process is killed they stop on Linux at once, elsewhere at the next start
 * on the same folder; either way nothing that Postgres has committed is lost.
 */
public final class EmbeddedServers implements AutoCloseable {
  /** Finds out what to start with; a test may know better. */
  interface Preparation {
    Machine machine(DataFolder data) throws IOException;
  }

  /** What is known once a server is up. */
  private record Started(RunningServer server, URI url) {}

  private final DataFolder data;
  private final boolean ephemeral;
  private final Started postgres;
  private final Started redis;
  private boolean closed;

  private EmbeddedServers(DataFolder data, boolean ephemeral, Started postgres, Started redis) {
    this.data = data;
    this.ephemeral = ephemeral;
    this.postgres = postgres;
    this.redis = redis;
  }

  /**
   * Blocks until both servers accept connections: well under a second when the folder has been used
   * before, some seconds the first time.
   *
   * @param data where everything is kept, on a local disk; made if it is not there
   * @throws EmbeddedException with a message for the user, if it cannot be done: among others if
   *     another process uses the folder. No server of ours runs then, and the data is as it was
   */
  public static EmbeddedServers start(Path data) {
    return start(data, false, Machine::here);
  }

  /**
   * The same in a temporary folder that {@link #close} deletes; a folder that a killed process left
   * is deleted by the next call.
   */
  public static EmbeddedServers ephemeral() {
    var folder = EphemeralFolder.create();
    try {
      return start(folder, true, Machine::here);
    } catch (EmbeddedException e) {
      EphemeralFolder.delete(folder);
      throw e;
    }
  }

  static EmbeddedServers start(Path folder, boolean ephemeral, Preparation preparation) {
    var data = DataFolder.take(folder);
    try {
      var machine = preparation.machine(data);
      var secrets = Secrets.in(data.path().resolve("secrets"));
      var ports = new Ports(data.path().resolve("ports"));
      return both(data, ephemeral, machine, secrets, ports);
    } catch (IOException e) {
      data.close();
      throw EmbeddedException.because(data.path(), e);
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
  }

  /** {@code postgresql://user:password@127.0.0.1:port/database}; the user may do everything. */
  public URI postgresUrl() {
    return postgres.url;
  }

  /** {@code redis://:password@127.0.0.1:port/0}. */
  public URI redisUrl() {
    return redis.url;
  }

  /**
   * Stops both and lets others have the folder. Open connections are cut: whoever uses them stops
   * first. May take as long as Postgres writes what it holds in memory, at most 75 seconds.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (data) {
      redis.server.stop();
      postgres.server.stop();
      if (ephemeral) {
        EphemeralFolder.delete(data.path());
      }
    }
  }

  /** The process of the moment, for those who want to see what happens without it. */
  public ProcessHandle postgresProcess() {
    return postgres.server.process();
  }

  /** The same of Redis. */
  public ProcessHandle redisProcess() {
    return redis.server.process();
  }

  private static EmbeddedServers both(
      DataFolder data, boolean ephemeral, Machine machine, Secrets secrets, Ports ports) {
    var postgres = inBackground(() -> startPostgres(data, machine, secrets, ports));
    var redis = inBackground(() -> startRedis(data, machine, secrets, ports));
    try {
      CompletableFuture.allOf(postgres, redis).join();
      return new EmbeddedServers(data, ephemeral, postgres.join(), redis.join());
    } catch (CompletionException e) {
      stopIfStarted(postgres);
      stopIfStarted(redis);
      throw e.getCause() instanceof EmbeddedException known
          ? known
          : new EmbeddedException("The embedded servers did not start: " + e.getCause(), e);
    }
  }

  private static Started startPostgres(
      DataFolder data, Machine machine, Secrets secrets, Ports ports) {
    var server = PostgresServer.prepared(data, machine, secrets);
    var running = RunningServer.start(server, ports);
    return new Started(running, server.url(running.port(), secrets.postgres()));
  }

  private static Started startRedis(
      DataFolder data, Machine machine, Secrets secrets, Ports ports) {
    var server = RedisServer.prepared(data, machine, secrets);
    var running = RunningServer.start(server, ports);
    return new Started(running, server.url(running.port()));
  }

  private static CompletableFuture<Started> inBackground(Supplier<Started> start) {
    return CompletableFuture.supplyAsync(start, task -> Thread.ofVirtual().start(task));
  }

  private static void stopIfStarted(CompletableFuture<Started> start) {
    if (!start.isCompletedExceptionally()) {
      start.join().server.stop();
    }
  }
}
