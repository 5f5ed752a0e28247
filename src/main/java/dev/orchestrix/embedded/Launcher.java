package dev.orchestrix.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Stream.concat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Starts programs as children of this process, in the manner that {@link Wrapping} says. */
final class Launcher {
  private static final Redirect NOTHING = Redirect.from(new File("/dev/null"));

  /**
   * Forks every child. Linux tells a child that its parent died when the <em>thread</em> that
   * forked it ends, so that thread must live as long as the process.
   */
  private static final ExecutorService FORKS =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("embedded-servers-parent").daemon().factory());

  /**
   * What children get to see: PG* and locale variables would change what Postgres does and says.
   */
  private static final Set<String> ENVIRONMENT = Set.of("PATH", "LD_LIBRARY_PATH");

  /**
   * What a program did that has ended.
   *
   * @param output everything it wrote, errors included
   */
  record Finished(int exit, String output) {
    boolean well() {
      return exit == 0;
    }
  }

  private final Wrapping wrapping;

  Launcher(Wrapping wrapping) {
    this.wrapping = wrapping;
  }

  /** Starts a server, which writes its output at the end of the log. */
  Process start(List<String> command, Path directory, Path log) {
    return fork(
        builder(command, directory)
            .redirectInput(NOTHING)
            .redirectOutput(Redirect.appendTo(log.toFile())));
  }

  /** Runs a program to its end. */
  Finished run(List<String> command, Path directory, String input) {
    var process = fork(builder(command, directory));
    boolean heard = tell(process, input);
    var finished = finished(process);
    return heard ? finished : new Finished(Math.max(1, finished.exit), finished.output);
  }

  /** Not when it ended before it listened; what it wrote says why. */
  private static boolean tell(Process process, String input) {
    try (var in = process.outputWriter(UTF_8)) {
      in.write(input);
      return true;
    } catch (IOException _) {
      return input.isEmpty();
    }
  }

  /** Whose the files must be that the servers write: gives them away if need be. */
  void give(Path file) throws IOException {
    if (wrapping.user().isPresent()) {
      Folders.give(file, wrapping.user().getAsInt());
    }
  }

  /** Whether a program can be started and ends well. */
  static boolean works(List<String> command) {
    try {
      return finished(fork(plain(command).redirectInput(NOTHING))).well();
    } catch (EmbeddedException _) {
      return false;
    }
  }

  private ProcessBuilder builder(List<String> command, Path directory) {
    var words = concat(wrapping.words().stream(), command.stream()).toList();
    return plain(words).directory(directory.toFile());
  }

  private static ProcessBuilder plain(List<String> command) {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().retainAll(ENVIRONMENT);
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("TZ", "UTC");
    return builder;
  }

  private static Process fork(ProcessBuilder builder) {
    try {
      return CompletableFuture.supplyAsync(() -> started(builder), FORKS).join();
    } catch (CompletionException e) {
      var program = builder.command().getFirst();
      throw new EmbeddedException(program + " could not be run: " + e.getMessage(), e.getCause());
    }
  }

  private static Process started(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Finished finished(Process process) {
    try {
      var output = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Finished(process.onExit().join().exitValue(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of a pipe that only we read: a bug
    }
  }
}
