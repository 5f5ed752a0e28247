package dev.orchestrix.bench;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One {@code orchestrix up} as a child process, started as this process was. */
final class NodeProcess {
  private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

  /** The first start on a machine unpacks the servers. */
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);

  /** Longer than a node takes for its grace period and Postgres for its last checkpoint. */
  private static final Duration STOPPED_WITHIN = Duration.ofMinutes(2);

  private static final int LOG_TAIL = 4_000;

  private final Process process;
  private final Path data;
  private final Path log;

  private NodeProcess(Process process, Path data, Path log) {
    this.process = process;
    this.data = data;
    this.log = log;
  }

  /** Starts one and returns at once. */
  static NodeProcess launch(Path data, Path log, Map<String, String> environment) {
    var builder =
        new ProcessBuilder(JavaCommand.again("up", "--data", data.toString(), "--port", "0"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      var process = builder.start();
      process.getOutputStream().close();
      return new NodeProcess(process, data, log);
    } catch (IOException e) {
      throw new BenchException("A node could not be started: " + e.getMessage(), e);
    }
  }

  /**
   * Returns when the node is ready.
   *
   * @throws BenchException with the end of its log, if it has ended or takes too long
   */
  void awaitReady() {
    long patience = System.nanoTime() + READY_WITHIN.toNanos();
    while (!isReady()) {
      if (!process.isAlive()) {
        throw new BenchException("The node ended while it started. Its log ends:\n" + logTail());
      }
      if (System.nanoTime() > patience) {
        throw new BenchException("The node did not become ready. Its log ends:\n" + logTail());
      }
      pause();
    }
  }

  /** Its addresses. */
  Target target() {
    return Target.runningOn(data);
  }

  long pid() {
    return process.pid();
  }

  /** Asks it to stop and waits until it has; kills it if it does not. */
  void stop() {
    process.destroy();
    try {
      if (!process.waitFor(STOPPED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.atWarn().addKeyValue("pid", pid()).log("the node did not stop and is killed");
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
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

  /** Whether the run file is there, and not one that a killed process left. */
  private boolean isReady() {
    try {
      var file = data.resolve(Target.RUN_FILE);
      return Files.exists(file)
          && new JsonObject(Files.readString(file)).getLong("pid", 0L) == pid();
    } catch (IOException | DecodeException justWritten) {
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("Interrupted while a node started", e);
    }
  }
}
