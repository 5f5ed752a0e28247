package dev.orchestrix.embedded;

import static dev.orchestrix.embedded.Signal.INT;
import static dev.orchestrix.embedded.Signal.KILL;
import static dev.orchestrix.embedded.Signal.QUIT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The database. */
final class PostgresServer implements Server {
  /** Time for a checkpoint of all shared buffers onto a slow disk. */
  private static final List<Signal.Step> STOP =
      List.of(
          new Signal.Step(INT, Duration.ofSeconds(60)),
          new Signal.Step(QUIT, Duration.ofSeconds(10)),
          new Signal.Step(KILL, Duration.ofSeconds(5)));

  /** After a crash, up to max_wal_size of log is replayed before the first connection. */
  private static final Duration LONGEST_RECOVERY = Duration.ofMinutes(15);

  private static final String PID_FILE = "postmaster.pid";

  /** Which line of the pid file says how far the start is. */
  private static final int STATUS_LINE = 7;

  private final DatabaseFiles files;
  private final PostgresPrograms programs;
  private final Path log;
  private final Launcher launcher;

  private PostgresServer(
      DatabaseFiles files, PostgresPrograms programs, Path log, Launcher launcher) {
    this.files = files;
    this.programs = programs;
    this.log = log;
    this.launcher = launcher;
  }

  /** Unpacks the programs and makes the database, whatever of that has not been done before. */
  static PostgresServer prepared(DataFolder data, Machine machine, Secrets secrets) {
    try {
      var folder = machine.cache().programs(machine.platform().postgres());
      var programs = new PostgresPrograms(folder, machine.launcher());
      var files = new DatabaseFiles(data.postgres(), programs, machine.launcher());
      clearLeftovers(data.postgres()); // before a port is chosen: it should be the old one
      files.prepare(secrets, machine.cache());
      return new PostgresServer(
          files, programs, data.path().resolve("postgres.log"), machine.launcher());
    } catch (IOException e) {
      throw EmbeddedException.because(data.postgres(), e);
    }
  }

  /** Ends a server that an earlier run left running in the folder, which this process holds. */
  static void clearLeftovers(Path folder) {
    new Leftovers("postgres", folder, folder.resolve(PID_FILE)).clear(STOP);
  }

  URI url(int port, String password) {
    return URI.create(
        "postgresql://%s:%s@127.0.0.1:%d/%s"
            .formatted(PostgresPrograms.USER, password, port, PostgresPrograms.DATABASE));
  }

  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public Optional<Process> launch(int port) {
    try {
      clearLeftovers(files.path());
      files.configure(port);
      return started(LogFile.opened(log));
    } catch (IOException e) {
      throw EmbeddedException.because(files.path(), e);
    }
  }

  @Override
  public void stop(ProcessHandle process) {
    Signal.end(name(), process, STOP);
  }

  private Optional<Process> started(LogFile said) throws IOException {
    var process = launcher.start(programs.server(files.path()), files.path(), said.path());
    boolean decided =
        Waiting.until(LONGEST_RECOVERY, () -> !process.isAlive() || ready(process.pid()));
    if (decided && process.isAlive()) {
      return Optional.of(process);
    }
    stop(process.toHandle());
    var output = said.sinceStart();
    if (output.contains("Address already in use")) {
      return Optional.empty();
    }
    throw new EmbeddedException(Diagnosis.of("Postgres", files.path(), output));
  }

  /** As {@code pg_ctl --wait} sees it, without a connection. */
  private boolean ready(long pid) {
    try {
      var lines = Files.readAllLines(pidFile(), UTF_8);
      return lines.size() > STATUS_LINE
          && lines.getFirst().strip().equals(Long.toString(pid))
          && lines.get(STATUS_LINE).startsWith("ready");
    } catch (NoSuchFileException _) {
      return false;
    } catch (IOException e) {
      throw EmbeddedException.because(pidFile(), e);
    }
  }

  private Path pidFile() {
    return files.path().resolve(PID_FILE);
  }
}
