package dev.orchestrix.handler;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orchestrix.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A node that runs shell jobs. */
final class ShellNode {
  private ShellNode() {}

  /** With these variables of its own, and these commands allowed. */
  static ShellHandler allowing(Map<String, String> variables, String... commands) {
    return started(new ShellHandler(variables), commands);
  }

  static ShellHandler allowing(String... commands) {
    return allowing(System.getenv(), commands);
  }

  static ShellHandler started(ShellHandler handler, String... commands) {
    handler.start(
        new Settings.Handlers(
            new Settings.HttpClient(false), new Settings.Shell(true, List.of(commands))));
    return handler;
  }

  static ObjectNode command(String text) {
    return Json.object().put("command", text);
  }

  static ObjectNode argv(String... words) {
    var payload = Json.object();
    var argv = payload.putArray("argv");
    for (var word : words) {
      argv.add(word);
    }
    return payload;
  }

  static JsonNode run(ShellHandler handler, ObjectNode payload) throws Exception {
    return Json.read(handler.run(TestJob.of(payload.toString())));
  }

  /**
   * A pipe in the file system: a command writes to it, and the test waits until it has, so that
   * nobody has to guess how long a command takes.
   */
  record Fifo(Path path) {

    static Fifo in(Path folder, String name) throws Exception {
      var path = folder.resolve(name);
      int code = new ProcessBuilder("mkfifo", path.toString()).start().waitFor();
      if (code != 0) {
        throw new IOException("mkfifo failed");
      }
      return new Fifo(path);
    }

    /** Everything that is written, when the writer has closed it. */
    List<String> lines() throws IOException {
      return Files.readAllLines(path, UTF_8);
    }

    /** The processes whose ids are written. */
    List<ProcessHandle> processes() throws IOException {
      return lines().stream()
          .flatMap(line -> List.of(line.strip().split(" ")).stream())
          .map(id -> ProcessHandle.of(Long.parseLong(id)).orElseThrow())
          .toList();
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }
}
