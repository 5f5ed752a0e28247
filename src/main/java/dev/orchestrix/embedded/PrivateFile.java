package dev.orchestrix.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.io.StringReader;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Small files that only their owner may read, and that are there whole or not at all. */
final class PrivateFile {
  static void write(Path file, String content) throws IOException {
    var draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    var mode = asFileAttribute(fromString("rw-------"));
    try (var channel = FileChannel.open(draft, Set.of(CREATE_NEW, WRITE), mode)) {
      channel.write(UTF_8.encode(content));
      channel.force(true);
    }
    Files.move(draft, file, ATOMIC_MOVE);
  }

  /** Lines of {@code name=value}. */
  static void write(Path file, Map<String, String> values) throws IOException {
    write(
        file,
        new TreeMap<>(values)
            .entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                .collect(Collectors.joining()));
  }

  /** What {@link #write(Path, Map)} wrote; nothing if there is no such file. */
  static Map<String, String> read(Path file) throws IOException {
    var values = new Properties();
    try {
      values.load(new StringReader(Files.readString(file, UTF_8)));
    } catch (NoSuchFileException _) {
      return Map.of();
    }
    return values.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, values::getProperty));
  }

  private PrivateFile() {}
}
