package dev.orchestrix.bench.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/**
 * What a node under test takes for the time: that of the machine, moved by as many milliseconds as
 * a file says. Only the engine's own classes are made to ask here, see {@link ClockAgent}.
 */
public final class ShiftedClock {
  private static final long LOOK_EVERY_NANOS = Duration.ofMillis(50).toNanos();

  private static volatile long shift;

  /** In place of {@link System#currentTimeMillis}. */
  public static long currentTimeMillis() {
    return System.currentTimeMillis() + shift;
  }

  /** In place of {@link Instant#now()}. */
  public static Instant now() {
    return Instant.now().plusMillis(shift);
  }

  /** Reads the file again and again; as long as it is not there, nothing is moved. */
  static void follow(Path file) {
    Thread.ofPlatform()
        .daemon()
        .name("shifted-clock")
        .start(
            () -> {
              while (true) {
                shift = read(file);
                LockSupport.parkNanos(LOOK_EVERY_NANOS);
              }
            });
  }

  private static long read(Path file) {
    try {
      return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
    } catch (IOException | NumberFormatException beingWritten) {
      return shift;
    }
  }

  private ShiftedClock() {}
}
