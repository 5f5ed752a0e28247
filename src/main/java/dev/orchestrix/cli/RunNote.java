package dev.orchestrix.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orchestrix.embedded.EmbeddedServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code run.json} in the data folder: where a running node is found. It holds passwords. */
final class RunNote {
  private static final Logger LOG = LoggerFactory.getLogger(RunNote.class);

  private final Path file;

  private RunNote(Path file) {
    this.file = file;
  }

  static RunNote in(Path folder) {
    return new RunNote(folder.resolve("run.json"));
  }

  /** Appears whole or not at all, readable by its owner alone. */
  void write(String httpUrl, EmbeddedServers servers) throws IOException {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("pid", ProcessHandle.current().pid());
    fields.put("http", httpUrl);
    fields.put("postgres", servers.postgresUrl().toString());
    fields.put("redis", servers.redisUrl().toString());
    var draft = file.resolveSibling("run.json.new");
    Files.deleteIfExists(draft);
    var mode = PosixFilePermissions.fromString("rw-------");
    Files.createFile(draft, PosixFilePermissions.asFileAttribute(mode));
    new ObjectMapper().writeValue(draft.toFile(), fields);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Where the servers of a running node are. */
  record Servers(String postgres, String redis) {}

  /**
   * @throws IOException if nothing runs on that folder, or the file is not what a node writes
   */
  Servers read() throws IOException {
    var fields = new ObjectMapper().readTree(file.toFile());
    if (!fields.path("postgres").isTextual() || !fields.path("redis").isTextual()) {
      throw new IOException(file + " is not what a node writes");
    }
    return new Servers(fields.get("postgres").textValue(), fields.get("redis").textValue());
  }

  void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException stays) {
      LOG.warn("{} stays although nothing runs any more", file, stays);
    }
  }
}
