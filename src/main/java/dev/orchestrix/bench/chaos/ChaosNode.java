package dev.orchestrix.bench.chaos;

import dev.orchestrix.bench.JavaCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node as a process of its own. If it ends by itself, as a node does that others have taken for
 * dead, it is started again, as a supervisor would. From any thread.
 */
final class ChaosNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChaosNode.class);
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);
  private static final int LOG_TAIL = 4_000;

  private final NodeSpec spec;
  private final Path log;
  private final HttpClient client;
  private @Nullable Process process;
  private boolean alone;
  private boolean wanted;
  private int endedByItself;

  ChaosNode(NodeSpec spec, Path log, HttpClient client) {
    this.spec = spec;
    this.log = log;
    this.client = client;
  }

  URI http() {
    return URI.create("http://127.0.0.1:" + spec.httpPort());
  }

  /** Starts it and returns at once. */
  synchronized void start() {
    start(false);
  }

  /** Starts it as if no other node could be reached; returns at once. */
  synchronized void startAlone() {
    start(true);
  }

  /** The same with more flags for its JVM; when it ends, it has ended. */
  synchronized void startOnce(List<String> moreFlags) {
    alone = true;
    wanted = false;
    var flags = new ArrayList<>(spec.flags());
    flags.addAll(moreFlags);
    launch(flags);
  }

  private void start(boolean asIfAlone) {
    alone = asIfAlone;
    wanted = true;
    launch(spec.flags());
  }

  /** Ends it at once and lets it be. */
  synchronized void kill() {
    wanted = false;
    var running = process;
    if (running != null) {
      awaitEnd(running.destroyForcibly());
    }
  }

  /** Stops it where it is. */
  synchronized void pause() {
    Signals.STOP.send(pid());
  }

  /** It goes on as if no time had passed. */
  synchronized void resume() {
    Signals.CONT.send(pid());
  }

  /** Whether its process runs. */
  synchronized boolean alive() {
    var running = process;
    return running != null && running.isAlive();
  }

  /** How it ended, or -1 if it runs or was never started. */
  synchronized int exitCode() {
    var running = process;
    return running == null || running.isAlive() ? -1 : running.exitValue();
  }

  /** How often it has ended although nobody had killed it. */
  synchronized int endedByItself() {
    return endedByItself;
  }

  /**
   * Returns when it serves.
   *
   * @throws ChaosException with the end of its log, if that takes too long
   */
  void awaitReady() {
    if (!Pause.until(READY_WITHIN, this::ready)) {
      throw new ChaosException(http() + " is not ready. Its log ends:\n" + logTail());
    }
  }

  /** Whether it says that all it needs works. */
  boolean ready() {
    return get("/health/ready").startsWith("200 ");
  }

  /** What it answers, after the status; "0 " and the reason if it does not. */
  String get(String path) {
    var request = HttpRequest.newBuilder(http().resolve(path)).timeout(ANSWER_WITHIN).build();
    try {
      var answer = client.send(request, BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    } catch (IOException e) {
      return "0 " + e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChaosException("Interrupted", e);
    }
  }

  String logTail() {
    try {
      var text = Files.readString(log, StandardCharsets.UTF_8);
      return text.substring(Math.max(0, text.length() - LOG_TAIL));
    } catch (IOException e) {
      return "(" + log + " cannot be read: " + e.getMessage() + ")";
    }
  }

  /** Kills it; its data is in the servers. */
  @Override
  public void close() {
    kill();
  }

  private void launch(List<String> flags) {
    var builder =
        new ProcessBuilder(JavaCommand.again(flags, List.of("node")))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("ORCHESTRIX_"));
    builder.environment().putAll(spec.environment(alone));
    try {
      var started = builder.start();
      started.getOutputStream().close();
      process = started;
      // the pool that would run it otherwise has one thread on a small machine
      var _ =
          started
              .onExit()
              .thenAcceptAsync(ended -> ended(ended, flags), Thread::startVirtualThread);
    } catch (IOException e) {
      throw new ChaosException("A node could not be started: " + e.getMessage(), e);
    }
  }

  private synchronized void ended(Process which, List<String> flags) {
    if (wanted && which.equals(process)) {
      endedByItself++;
      LOG.atInfo()
          .addKeyValue("node", http())
          .addKeyValue("exit", which.exitValue())
          .log("a node ended by itself and is started again");
      launch(flags);
    }
  }

  private static void awaitEnd(Process process) {
    try {
      var _ = process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChaosException("Interrupted", e);
    }
  }

  private long pid() {
    var running = process;
    if (running == null) {
      throw new ChaosException("The node was never started");
    }
    return running.pid();
  }
}
