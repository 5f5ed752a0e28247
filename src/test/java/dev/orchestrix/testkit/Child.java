package dev.orchestrix.testkit;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;

/**
 * One run of the program as a process of its own: {@code orchestrix ARGUMENTS...} on the JVM, with
 * the flags and the classes of the tests. It is killed at the latest when the JVM of the tests
 * ends.
 */
public final class Child implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String MAIN = "dev.orchestrix.cli.Main";

  private final Process process;
  private final Output output;
  private final Thread onExit;

  private Child(Process process) {
    this.process = process;
    this.output = Output.of(process);
    this.onExit = new Thread(process.toHandle()::destroyForcibly);
    try {
      Runtime.getRuntime().addShutdownHook(onExit);
    } catch (IllegalStateException ending) {
      kill();
      throw ending;
    }
  }

  /**
   * Starts one and returns at once.
   *
   * @param environment variables that it has besides those of this process, of which it has none
   *     that are ours
   */
  public static Child start(Map<String, String> environment, String... arguments) {
    var builder = new ProcessBuilder(command(arguments)).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("ORCHESTRIX_"));
    builder.environment().putAll(environment);
    try {
      return new Child(builder.start());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The processes that it has started and that run now, with theirs. */
  public List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** All it has printed so far, to either stream. */
  public List<String> lines() {
    return output.lines();
  }

  /** The last lines, for somebody who wonders why. */
  public String lastWords() {
    return output.lastWords();
  }

  /**
   * Waits for a line that has this in it.
   *
   * @param regex found in the line, or in an earlier one
   */
  public MatchResult awaitLine(String regex) {
    return output.await(regex, PATIENCE);
  }

  /** SIGKILL; returns when it is dead. */
  public void kill() {
    process.toHandle().destroyForcibly();
    process.onExit().join();
  }

  /** SIGSTOP: it does nothing any more, as in a long pause of its collector or machine. */
  public void freeze() {
    signal("STOP");
  }

  /** SIGCONT: it goes on as if nothing had been. */
  public void thaw() {
    signal("CONT");
  }

  /** SIGTERM; returns at once. */
  public void askToStop() {
    signal("TERM");
  }

  /**
   * Waits for its end and its last words; the exit code, which is 128 and the signal's number if
   * one has ended it.
   */
  public int exitCode() {
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("it still runs. It said:\n" + lastWords());
      }
      output.awaitEnd(PATIENCE);
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Sends any signal by its name without SIG. */
  public void signal(String name) {
    try {
      var kill = List.of("/bin/sh", "-c", "kill -s " + name + " " + pid());
      var failed = new ProcessBuilder(kill).inheritIO().start().onExit().join().exitValue();
      if (failed != 0) {
        throw new AssertionError("no " + name + " for process " + pid());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Kills it if it still runs, stopped or not. */
  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(onExit);
  }

  private static List<String> command(String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-agentlib:jdwp"))
        .forEach(command::add);
    // what a short life needs: no second compiler, no memory that the others want
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx512m"));
    command.add("-Dorchestrix.home=no-such-folder");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(Arrays.asList(arguments));
    return command;
  }
}
