package dev.orchestrix.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The folder of one pair of servers, held by one process at a time. */
final class DataFolder implements AutoCloseable {
  /** Postgres cuts paths at 1024 bytes; its own files below need some of them. */
  private static final int LONGEST_PATH = 800;

  /**
   * Folders this process holds. The lock alone does not tell: closing any other channel on the file
   * gives the lock of the whole process back, so it must not even be opened again.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel lock;

  private DataFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Makes the folder if need be and takes it.
   *
   * @throws EmbeddedException if another process, or this one, holds it, or nothing can be written
   *     there; nothing in it was touched
   */
  static DataFolder take(Path path) {
    checkLength(path.toAbsolutePath().normalize());
    try {
      var real = Files.createDirectories(path).toRealPath();
      checkLength(real);
      if (!HELD.add(real)) {
        throw inUse(real, ProcessHandle.current().pid() + " (this one)");
      }
      return taken(real);
    } catch (IOException e) {
      throw EmbeddedException.because(path.toAbsolutePath(), e);
    }
  }

  Path path() {
    return path;
  }

  /** The database's folder, which may not exist yet. */
  Path postgres() {
    return path.resolve("postgres");
  }

  Path redis() {
    return path.resolve("redis");
  }

  /** Lets others have the folder. The servers must have ended. */
  @Override
  public void close() {
    try {
      lock.truncate(0);
      lock.close();
    } catch (IOException e) {
      throw EmbeddedException.because(path, e);
    } finally {
      HELD.remove(path);
    }
  }

  private static DataFolder taken(Path path) throws IOException {
    try {
      return locked(path);
    } catch (IOException | RuntimeException e) {
      HELD.remove(path);
      throw e;
    }
  }

  private static DataFolder locked(Path path) throws IOException {
    var channel = FileChannel.open(path.resolve("lock"), CREATE, READ, WRITE);
    try {
      if (channel.tryLock() == null) {
        throw inUse(path, owner(channel));
      }
      channel.truncate(0);
      channel.write(UTF_8.encode(Long.toString(ProcessHandle.current().pid())));
      return new DataFolder(path, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static String owner(FileChannel channel) throws IOException {
    var bytes = ByteBuffer.allocate(20);
    channel.read(bytes, 0);
    var pid = UTF_8.decode(bytes.flip()).toString().strip();
    return pid.isEmpty() ? "of unknown id" : pid;
  }

  private static EmbeddedException inUse(Path path, String owner) {
    return new EmbeddedException(
        "The data folder %s is in use by process %s. Stop that one first or choose another folder."
            .formatted(path, owner));
  }

  private static void checkLength(Path path) {
    if (path.toString().getBytes(UTF_8).length > LONGEST_PATH) {
      throw new EmbeddedException(
          ("The path of the data folder is longer than the %d bytes that Postgres can work with."
                  + " Choose a shorter one than %s")
              .formatted(LONGEST_PATH, path));
    }
  }
}
