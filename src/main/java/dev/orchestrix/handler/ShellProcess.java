package dev.orchestrix.handler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * A command that runs. It has no thread of its own: whoever waits for it reads its pipes in
 * between. Closing it ends it and everything it has started.
 */
final class ShellProcess implements AutoCloseable {
  private static final int MOST_FINAL_READS = 64;
  private static final long SHORTEST_PAUSE_MILLIS = 1;
  private static final long LONGEST_PAUSE_MILLIS = 64;

  private final Process process;
  private final ProcessTree tree;
  private final Captured stdout;
  private final Captured stderr;

  private ShellProcess(Process process, boolean leadsGroup, Consumer<String> eachErrorLine) {
    this.process = process;
    this.tree = new ProcessTree(process, leadsGroup);
    this.stdout = new Captured(process.getInputStream());
    this.stderr = new Captured(process.getErrorStream(), new Lines(eachErrorLine));
  }

  /**
   * @param environment all that the command sees of variables
   * @param setsid the program that makes it lead a group, or nothing where there is none; then only
   *     its descendants can be ended with it
   * @param eachErrorLine is told each line it writes to stderr, as it comes
   * @throws IOException if it cannot be started here and now
   */
  static ShellProcess start(
      ShellCommand command,
      Map<String, String> environment,
      Optional<Path> setsid,
      Consumer<String> eachErrorLine)
      throws IOException {
    var stdin = stdinFile(command.stdin());
    try {
      var builder = new ProcessBuilder(withLeader(command.argv(), setsid));
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.directory(folder(command));
      builder.redirectInput(Redirect.from(stdin.map(Path::toFile).orElse(new File("/dev/null"))));
      return new ShellProcess(builder.start(), setsid.isPresent(), eachErrorLine);
    } finally {
      // the process has it open by now
      if (stdin.isPresent()) {
        Files.delete(stdin.get());
      }
    }
  }

  /**
   * Waits for its end while it reads what is written.
   *
   * @param over ends the wait early
   * @return whether it has ended by itself
   */
  boolean await(CountDownLatch over, Instant deadline) throws InterruptedException, IOException {
    var _ = process.onExit().thenRun(over::countDown);
    long pause = SHORTEST_PAUSE_MILLIS;
    while (!over.await(Math.min(pause, Overtime.millisLeft(deadline)), MILLISECONDS)) {
      if (Overtime.millisLeft(deadline) == 0) {
        return false;
      }
      pause = drain() ? SHORTEST_PAUSE_MILLIS : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
    return !process.isAlive();
  }

  /**
   * Its exit code, 128 and the signal's number if a signal has ended it. Ends what it has left
   * running and reads the rest of its output.
   */
  int exitCode() throws IOException {
    tree.end();
    for (int reads = 0; reads < MOST_FINAL_READS && drain(); reads++) {}
    stderr.end();
    return process.exitValue();
  }

  Captured stdout() {
    return stdout;
  }

  Captured stderr() {
    return stderr;
  }

  @Override
  public void close() throws IOException {
    tree.end();
    process.getInputStream().close();
    process.getErrorStream().close();
  }

  private boolean drain() throws IOException {
    boolean wrote = stdout.drain();
    return stderr.drain() || wrote;
  }

  private static List<String> withLeader(List<String> argv, Optional<Path> setsid) {
    var words = new ArrayList<String>();
    setsid.ifPresent(file -> words.add(file.toString()));
    words.addAll(argv);
    return words;
  }

  /** Not the node's own folder, which means nothing to a job. */
  private static File folder(ShellCommand command) {
    return command.folder().orElse(Path.of(System.getProperty("java.io.tmpdir"))).toFile();
  }

  /**
   * A file and no pipe, because nobody has to wait until it is read. Only its owner can read it.
   */
  private static Optional<Path> stdinFile(String text) throws IOException {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    var file = Files.createTempFile("orchestrix-stdin-", null);
    return Optional.of(Files.write(file, text.getBytes(UTF_8)));
  }
}
