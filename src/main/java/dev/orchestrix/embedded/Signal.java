package dev.orchestrix.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What tells a process to end. Java itself sends SIGTERM and SIGKILL alone. */
enum Signal {
  /** Postgres: fast shutdown; no session is waited for. */
  INT,
  TERM,
  /** Postgres: at once, without a checkpoint; the next start replays the log. */
  QUIT,
  KILL;

  private static final Logger LOG = LoggerFactory.getLogger(Signal.class);

  /** A signal and how long it may take to have its effect. */
  record Step(Signal signal, Duration patience) {}

  void send(ProcessHandle process) {
    var pid = Long.toString(process.pid());
    if (!Launcher.works(List.of("/bin/sh", "-c", "kill -s \"$0\" \"$1\"", name(), pid))) {
      LOG.atDebug().addKeyValue("pid", pid).log("got no signal: it has ended meanwhile");
    }
  }

  /** Goes on to the next step while the process lives. */
  static void end(String server, ProcessHandle process, List<Step> steps) {
    for (var step : steps) {
      step.signal.send(process);
      if (Waiting.until(step.patience, () -> !alive(process))) {
        return;
      }
      LOG.atWarn()
          .addKeyValue("server", server)
          .addKeyValue("pid", process.pid())
          .addKeyValue("signal", step.signal)
          .log("has not ended after " + step.patience.toSeconds() + " s");
    }
  }

  /** Whether it runs, or still holds files and ports; a zombie, alive for Java, does not. */
  static boolean alive(ProcessHandle process) {
    return process.isAlive() && !zombie(process.pid());
  }

  /** The state follows the name, which may hold anything, in "7 (postgres) Z 1 ...". */
  private static boolean zombie(long pid) {
    try {
      var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
      return stat.substring(stat.lastIndexOf(')') + 1).startsWith(" Z");
    } catch (IOException notLinuxOrGone) {
      return false;
    }
  }
}
