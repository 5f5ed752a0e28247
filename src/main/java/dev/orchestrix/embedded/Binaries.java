package dev.orchestrix.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Programs unpacked from the class path, once for all runs. Starts that come at the same time, in
 * this process or another, wait for the first to finish unpacking.
 */
final class Binaries {
  private static final Logger LOG = LoggerFactory.getLogger(Binaries.class);

  /** File locks are held by the process: threads of one process need a lock of their own. */
  private static final Object UNPACKING = new Object();

  private final Path cache;

  private Binaries(Path cache) {
    this.cache = cache;
  }

  /** Under the user's cache folder, or under {@code fallback} when nothing can be written there. */
  static Binaries shared(Platform platform, Path fallback) throws IOException {
    var cache = userCache(platform).resolve("orchestrix");
    try {
      Files.createDirectories(cache);
      return in(Files.isWritable(cache) ? cache : fallback);
    } catch (IOException notThere) {
      LOG.atDebug().addKeyValue("folder", cache).setCause(notThere).log("no cache; using data/bin");
      return in(fallback);
    }
  }

  static Binaries in(Path cache) throws IOException {
    Files.createDirectories(cache);
    return new Binaries(cache.toRealPath());
  }

  private static Path userCache(Platform platform) {
    var home = Path.of(System.getProperty("user.home"));
    var chosen = System.getenv("XDG_CACHE_HOME");
    if (chosen != null && chosen.startsWith("/")) {
      return Path.of(chosen);
    }
    return home.resolve(platform.linux() ? ".cache" : "Library/Caches");
  }

  /** The folder the archive was unpacked to, now or earlier; checked to be complete. */
  Path unpacked(String archive) {
    try {
      var source = Archive.named(archive);
      var folder = cache.resolve(source.identity());
      if (!complete(folder)) {
        unpackOnce(source, folder);
      }
      return folder;
    } catch (IOException e) {
      throw EmbeddedException.because(cache, e);
    }
  }

  private void unpackOnce(Archive source, Path folder) throws IOException {
    synchronized (UNPACKING) {
      try (var channel = FileChannel.open(cache.resolve("lock"), CREATE, WRITE);
          var _ = channel.lock()) {
        if (!complete(folder)) {
          unpack(source, folder);
        }
      }
    }
  }

  /** Only a finished folder gets its name, and only then the record of what it must hold. */
  private void unpack(Archive source, Path folder) throws IOException {
    var unfinished = cache.resolve("unfinished");
    Folders.delete(unfinished);
    Folders.delete(folder);
    source.unpackInto(unfinished);
    Files.move(unfinished, folder);
    Files.writeString(record(folder), contents(folder), UTF_8);
    LOG.atInfo().addKeyValue("folder", folder).log("unpacked; later starts use it as it is");
  }

  /** A crash of the system or a cleaner of old files may have taken parts of what was unpacked. */
  private static boolean complete(Path folder) throws IOException {
    try {
      return Files.readString(record(folder), UTF_8).equals(contents(folder));
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  private static String contents(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      var sizes = files.map(Path::toFile).mapToLong(file -> file.isFile() ? file.length() : 0);
      var total = sizes.summaryStatistics();
      return "%d files, %d bytes\n".formatted(total.getCount(), total.getSum());
    }
  }

  private static Path record(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".contents");
  }
}
