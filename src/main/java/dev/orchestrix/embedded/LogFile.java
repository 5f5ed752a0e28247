package dev.orchestrix.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The log of one server, from the moment of a start on. */
final class LogFile {
  private static final long FULL = 16 << 20;
  private static final int SHOWN = 8 << 10;

  private final Path path;
  private final long begin;

  private LogFile(Path path, long begin) {
    this.path = path;
    this.begin = begin;
  }

  /** Makes the file if need be; one that has grown past 16 MiB becomes {@code .1} first. */
  static LogFile opened(Path path) throws IOException {
    if (Files.exists(path) && Files.size(path) > FULL) {
      Files.move(path, path.resolveSibling(path.getFileName() + ".1"), REPLACE_EXISTING);
    }
    if (!Files.exists(path)) {
      Files.createFile(path, asFileAttribute(fromString("rw-------")));
    }
    return new LogFile(path, Files.size(path));
  }

  Path path() {
    return path;
  }

  /** What was written since the start: its last 8 KiB. */
  String sinceStart() throws IOException {
    try (var file = FileChannel.open(path)) {
      long from = Math.max(begin, file.size() - SHOWN);
      var bytes = ByteBuffer.allocate((int) Math.max(0, file.size() - from));
      file.read(bytes, from);
      return UTF_8.decode(bytes.flip()).toString();
    }
  }
}
