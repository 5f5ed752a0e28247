package dev.orchestrix.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run that was killed left behind in a folder that this process now holds: a server that
 * still runs, or the file with the id of one that does not.
 *
 * @param program the file name of the server's program
 */
record Leftovers(String program, Path folder, Path pidFile) {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private static final List<Signal.Step> KILL =
      List.of(new Signal.Step(Signal.KILL, Duration.ofSeconds(5)));

  /** Whose the process in the pid file is. */
  private enum Origin {
    THIS_FOLDER,
    ELSEWHERE,
    /** Another user's, as it seems: the server itself must decide whether it can start. */
    HIDDEN
  }

  /** Ends what still runs and removes the pid file, which may name somebody else's process now. */
  void clear(List<Signal.Step> steps) {
    try {
      var process = recorded();
      if (process.isPresent() && origin(process.get()) == Origin.HIDDEN) {
        return;
      }
      process
          .filter(found -> origin(found) == Origin.THIS_FOLDER)
          .ifPresent(old -> end(old, steps));
      if (Files.deleteIfExists(pidFile)) {
        endChildren();
      }
    } catch (IOException e) {
      throw EmbeddedException.because(pidFile, e);
    }
  }

  private Optional<ProcessHandle> recorded() throws IOException {
    try (var lines = Files.lines(pidFile)) {
      return lines
          .findFirst()
          .map(String::strip)
          .filter(pid -> pid.matches("\\d{1,10}"))
          .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
          .filter(Signal::alive);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  private void end(ProcessHandle process, List<Signal.Step> steps) {
    LOG.atWarn()
        .addKeyValue("server", program)
        .addKeyValue("pid", process.pid())
        .addKeyValue("folder", folder)
        .log("an earlier run left it running; stopping it, then starting anew");
    Signal.end(program, process, steps);
  }

  /** Processes of a server that was killed alone; they would keep the new one from starting. */
  private void endChildren() {
    ProcessHandle.allProcesses()
        .filter(process -> origin(process) == Origin.THIS_FOLDER)
        .forEach(child -> Signal.end(program, child, KILL));
  }

  private Origin origin(ProcessHandle process) {
    var command = process.info().command();
    if (command.isEmpty()) {
      return Origin.HIDDEN;
    }
    var name = Path.of(command.get()).getFileName();
    boolean ours = name != null && name.toString().startsWith(program) && usesFolder(process);
    return ours ? Origin.THIS_FOLDER : Origin.ELSEWHERE;
  }

  /** By where it is on Linux, by what it was started with on macOS. */
  private boolean usesFolder(ProcessHandle process) {
    var directory = Path.of("/proc", Long.toString(process.pid()), "cwd");
    try {
      return Files.readSymbolicLink(directory).equals(folder);
    } catch (IOException _) {
      var arguments = process.info().arguments().orElse(new String[0]);
      return Arrays.stream(arguments).anyMatch(argument -> argument.startsWith(folder.toString()));
    }
  }
}
