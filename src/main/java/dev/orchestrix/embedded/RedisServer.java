package dev.orchestrix.embedded;

import static dev.orchestrix.embedded.Signal.KILL;
import static dev.orchestrix.embedded.Signal.TERM;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The streams. Keeps nothing over a restart: what it holds can be found again in Postgres. */
final class RedisServer implements Server {
  private static final String PID_FILE = "redis.pid";
  private static final Duration LONGEST_START = Duration.ofSeconds(30);

  private static final List<Signal.Step> STOP =
      List.of(
          new Signal.Step(TERM, Duration.ofSeconds(5)),
          new Signal.Step(KILL, Duration.ofSeconds(5)));

  private final Path folder;
  private final Path log;
  private final String program;
  private final Launcher launcher;
  private final String password;

  private RedisServer(DataFolder data, String program, Launcher launcher, String password) {
    this.folder = data.redis();
    this.log = data.path().resolve("redis.log");
    this.program = program;
    this.launcher = launcher;
    this.password = password;
  }

  /** Unpacks the program if that has not been done before. */
  static RedisServer prepared(DataFolder data, Machine machine, Secrets secrets) {
    try {
      clearLeftovers(data.redis()); // before a port is chosen: it should be the old one
      Files.createDirectories(data.redis());
      machine.launcher().give(data.redis());
      var program = new RedisPrograms(machine).choose(data.redis());
      return new RedisServer(data, program, machine.launcher(), secrets.redis());
    } catch (IOException e) {
      throw EmbeddedException.because(data.redis(), e);
    }
  }

  /** Ends a server that an earlier run left running in the folder, which this process holds. */
  static void clearLeftovers(Path folder) {
    new Leftovers("redis-server", folder, folder.resolve(PID_FILE)).clear(STOP);
  }

  URI url(int port) {
    return URI.create("redis://:%s@127.0.0.1:%d/0".formatted(password, port));
  }

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public Optional<Process> launch(int port) {
    try {
      clearLeftovers(folder);
      var settings = folder.resolve("redis.conf");
      PrivateFile.write(settings, settings(port));
      launcher.give(settings);
      return started(settings, port, LogFile.opened(log));
    } catch (IOException e) {
      throw EmbeddedException.because(folder, e);
    }
  }

  /** SIGTERM does what SHUTDOWN does; nothing is saved, as there is no save point. */
  @Override
  public void stop(ProcessHandle process) {
    Signal.end(name(), process, STOP);
  }

  /** Short stream nodes: entries are deleted one by one, and a node is searched for each. */
  private String settings(int port) {
    return """
    # Written by Orchestrix at every start.
    bind 127.0.0.1
    port %d
    requirepass %s
    dir %s
    pidfile %s
    logfile ""
    daemonize no
    set-proc-title no

    save ""
    appendonly no
    maxmemory 512mb
    maxmemory-policy noeviction
    stream-node-max-bytes 4096
    stream-node-max-entries 100
    io-threads 1
    """
        .formatted(port, password, quoted(folder), quoted(folder.resolve(PID_FILE)));
  }

  private static String quoted(Path path) {
    return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private Optional<Process> started(Path settings, int port, LogFile said) throws IOException {
    var process = launcher.start(List.of(program, settings.toString()), folder, said.path());
    boolean decided =
        Waiting.until(LONGEST_START, () -> !process.isAlive() || RedisPing.answers(port, password));
    if (decided && process.isAlive()) {
      return Optional.of(process);
    }
    stop(process.toHandle());
    var output = said.sinceStart();
    if (output.contains("Address already in use")) {
      return Optional.empty();
    }
    throw new EmbeddedException(Diagnosis.of("Redis", folder, output));
  }
}
