package dev.orchestrix.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Another Java process that holds a data folder, from the constructor on, until it is stopped or
 * killed.
 */
final class Holder implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final URI postgresUrl;
  private final URI redisUrl;
  private final ProcessHandle postgres;
  private final ProcessHandle redis;

  private Holder(Process process) {
    this.process = process;
    this.output = process.inputReader(UTF_8);
    this.postgresUrl = URI.create(line("postgresql://.*"));
    this.redisUrl = URI.create(line("redis://.*"));
    this.postgres = child();
    this.redis = child();
  }

  /** Of the other process: holds the folder that the first argument names. */
  public static void main(String[] arguments) throws Exception {
    var data = Path.of(arguments[0]);
    try (var servers = EmbeddedServers.start(data, false, preparation(arguments[1]))) {
      if (arguments[1].equals("slow")) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> useInShutdown(servers)));
      }
      System.out.println(servers.postgresUrl());
      System.out.println(servers.redisUrl());
      System.out.println(servers.postgresProcess().pid());
      System.out.println(servers.redisProcess().pid());
      new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
    }
    System.out.println("closed");
  }

  /** What a node does between the signal and its end. */
  private static void useInShutdown(EmbeddedServers servers) {
    System.out.println(Sql.ask(servers.postgresUrl(), "select 'still there'"));
    System.out.println(RedisWords.say(servers.redisUrl(), "ping"));
    servers.close();
    System.out.println("stopped in order");
  }

  private static EmbeddedServers.Preparation preparation(String manner) {
    return manner.equals("outlived") ? Holder::outlived : Machine::here;
  }

  private static Machine outlived(DataFolder data) throws IOException {
    var platform = Platform.here();
    return Machine.with(platform, Wrapping.outliving(platform, data.postgres()), data);
  }

  /** The children die with it, as far as the system can do that. */
  static Holder of(Path data) {
    return started(List.of(), data, "plain");
  }

  /** The children live on when it is killed. */
  static Holder outlivedByItsChildren(Path data) {
    return started(List.of(), data, "outlived");
  }

  /**
   * The leader of a process group, as what a shell starts in the foreground; uses them to the last.
   * It hears interrupts also where the tests themselves run in the background, and do not.
   */
  static Holder inForeground(Path data) {
    return started(List.of("setsid", "env", "--default-signal=INT"), data, "slow");
  }

  private static Holder started(List<String> before, Path data, String manner) {
    var command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Holder.class.getName()));
    command.addAll(List.of(data.toString(), manner));
    try {
      return new Holder(new ProcessBuilder(command).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  long pid() {
    return process.pid();
  }

  URI postgresUrl() {
    return postgresUrl;
  }

  URI redisUrl() {
    return redisUrl;
  }

  ProcessHandle postgres() {
    return postgres;
  }

  ProcessHandle redis() {
    return redis;
  }

  /** The next line of the output that is like this; log lines are not. */
  String line(String like) {
    try {
      for (var line = output.readLine(); line != null; line = output.readLine()) {
        if (line.matches(like)) {
          return line;
        }
      }
      throw new AssertionError("ended without " + like);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private ProcessHandle child() {
    return ProcessHandle.of(Long.parseLong(line("\\d+"))).orElseThrow();
  }

  /** Returns when it is dead. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** What the terminal does at Ctrl-C: to every process of the group. */
  void interruptGroup() {
    try {
      new ProcessBuilder("/bin/sh", "-c", "kill -s INT -- -" + process.pid())
          .start()
          .onExit()
          .join();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns when it has stopped its servers and ended. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException alreadyDead) {
      assert !process.isAlive() : alreadyDead;
    }
    process.onExit().join();
  }
}
