package dev.orchestrix.handler;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What Linux says of a process. It tells the living from the dead that nobody has waited for yet,
 * which every other question takes for living; in a container they can stay for long.
 *
 * @param letter {@code R}, {@code S}, {@code D}, {@code T}, {@code Z} and so on
 * @param group the id of its process group
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
record ProcessState(char letter, long group) {
  private static final Path PROC = Path.of("/proc");

  /** The state of a process; nothing if there is no such process, or no Linux. */
  static Optional<ProcessState> of(long id) {
    try {
      return Optional.of(parse(Files.readString(PROC.resolve(id + "/stat"))));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** Whether some member of a group runs; nothing where there is no Linux to ask. */
  static Optional<Boolean> anyLivesIn(long group) {
    try (var processes = Files.newDirectoryStream(PROC, "[1-9]*")) {
      for (var process : processes) {
        var state = of(Long.parseLong(process.getFileName().toString()));
        if (state.filter(found -> found.group == group && found.lives()).isPresent()) {
          return Optional.of(true);
        }
      }
      return Optional.of(false);
    } catch (IOException noLinux) {
      return Optional.empty();
    }
  }

  boolean lives() {
    return letter != 'Z' && letter != 'X';
  }

  /** {@code id (name) state parent group ...}, where the name may hold anything. */
  private static ProcessState parse(String stat) {
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 4);
    return new ProcessState(fields[0].charAt(0), Long.parseLong(fields[2]));
  }
}
