package dev.orchestrix.bench.chaos;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** What Java itself cannot send: it knows SIGTERM and SIGKILL alone. */
enum Signals {
  STOP,
  CONT,
  /** Postgres: an end at once, without a checkpoint. */
  QUIT,
  KILL;

  /** To one process, by its number; nothing happens if it has ended. */
  void send(long pid) {
    try {
      var process =
          new ProcessBuilder("/bin/sh", "-c", "kill -s \"$0\" \"$1\"", name(), Long.toString(pid))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new ChaosException("kill did not end");
      }
    } catch (IOException e) {
      throw new ChaosException("No signal can be sent: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChaosException("Interrupted", e);
    }
  }
}
