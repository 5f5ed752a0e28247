package dev.orchestrix.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Nodes that are started for one run, each with Postgres and Redis of its own, in a temporary
 * folder that {@link #close} deletes. They are stopped when this process ends, too.
 */
final class OwnNodes implements AutoCloseable {
  private final List<NodeProcess> started = new ArrayList<>();
  private final Thread onExit = new Thread(this::stopAndDelete, "bench-own-nodes");
  private final Path folder;
  private boolean closed;

  OwnNodes() {
    try {
      folder = Files.createTempDirectory("orchestrix-bench-");
    } catch (IOException e) {
      throw new BenchException("Cannot make a temporary folder: " + e.getMessage(), e);
    }
    Runtime.getRuntime().addShutdownHook(onExit);
  }

  /**
   * Starts a node and returns when it is ready.
   *
   * @param name names its data; a name that was used before means the same data again
   * @param environment variables that it gets besides this process's own
   * @throws BenchException with the end of its log, if it does not become ready
   */
  synchronized NodeProcess start(String name, Map<String, String> environment) {
    if (closed) {
      throw new BenchException("The run has ended");
    }
    var node = NodeProcess.launch(folder.resolve(name), folder.resolve(name + ".log"), environment);
    started.add(node);
    node.awaitReady();
    return node;
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(onExit);
    stopAndDelete();
  }

  private synchronized void stopAndDelete() {
    if (closed) {
      return;
    }
    closed = true;
    started.reversed().forEach(NodeProcess::stop);
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(OwnNodes::delete);
    } catch (IOException | UncheckedIOException e) {
      throw new BenchException(folder + " could not be deleted: " + e.getMessage(), e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
