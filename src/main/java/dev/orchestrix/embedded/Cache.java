package dev.orchestrix.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.FileVisitResult.CONTINUE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders that are expensive to make and the same for all runs, made once. Starts that come at the
 * same time, in this process or another, wait for the first to finish making.
 */
final class Cache {
  private static final Logger LOG = LoggerFactory.getLogger(Cache.class);

  /** File locks are held by the process: threads of one process need locks of their own. */
  private static final Map<Path, Object> MONITORS = new ConcurrentHashMap<>();

  /** What makes one folder. */
  interface Recipe {
    /** The folder is not there yet. */
    void make(Path folder) throws IOException;
  }

  private final Path path;

  private Cache(Path path) {
    this.path = path;
  }

  /** Under the user's cache folder, or {@code fallback} when nothing can be written there. */
  static Cache shared(Platform platform, Path fallback) throws IOException {
    var path = userCache(platform).resolve("orchestrix");
    try {
      Files.createDirectories(path);
      return in(Files.isWritable(path) ? path : fallback);
    } catch (IOException notThere) {
      LOG.atDebug().addKeyValue("folder", path).setCause(notThere).log("no cache; the data has it");
      return in(fallback);
    }
  }

  static Cache in(Path path) throws IOException {
    Files.createDirectories(path);
    return new Cache(path.toRealPath());
  }

  private static Path userCache(Platform platform) {
    var home = Path.of(System.getProperty("user.home"));
    var chosen = System.getenv("XDG_CACHE_HOME");
    if (chosen != null && chosen.startsWith("/")) {
      return Path.of(chosen);
    }
    return home.resolve(platform.linux() ? ".cache" : "Library/Caches");
  }

  /** The programs of an archive on the class path. */
  Path programs(String archive) {
    try {
      var source = Archive.named(archive);
      return entry(source.identity(), source::unpackInto);
    } catch (IOException e) {
      throw EmbeddedException.because(path, e);
    }
  }

  /** The folder of that name, checked to be complete; made if need be. */
  Path entry(String name, Recipe recipe) throws IOException {
    var folder = path.resolve(name);
    if (!complete(folder)) {
      makeOnce(folder, recipe);
    }
    return folder;
  }

  private static void makeOnce(Path folder, Recipe recipe) throws IOException {
    synchronized (MONITORS.computeIfAbsent(folder, _ -> new Object())) {
      try (var channel = FileChannel.open(beside(folder, ".lock"), CREATE, WRITE);
          var _ = channel.lock()) {
        if (!complete(folder)) {
          make(folder, recipe);
        }
      }
    }
  }

  /** Only a finished folder gets its name, and only then the record of what it must hold. */
  private static void make(Path folder, Recipe recipe) throws IOException {
    var unfinished = beside(folder, ".unfinished");
    Folders.delete(unfinished);
    recipe.make(unfinished);
    replace(folder, unfinished);
    Files.writeString(beside(folder, ".contents"), contents(folder), UTF_8);
    LOG.atInfo().addKeyValue("folder", folder).log("made; later starts use it as it is");
  }

  /** At once: a server may be running from what is left of the old one. */
  private static void replace(Path folder, Path made) throws IOException {
    var old = beside(folder, ".old");
    Folders.delete(old);
    if (Files.exists(folder)) {
      Files.move(folder, old);
    }
    Files.move(made, folder);
    Folders.delete(old);
  }

  /** A crash of the system or a cleaner of old files may have taken parts. */
  private static boolean complete(Path folder) throws IOException {
    try {
      return Files.readString(beside(folder, ".contents"), UTF_8).equals(contents(folder));
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  private static String contents(Path folder) throws IOException {
    var count = new Count();
    Files.walkFileTree(folder, count);
    return "%d files, %d bytes\n".formatted(count.entries, count.bytes);
  }

  /** Gets the sizes with the names: every start waits for this. */
  private static final class Count extends SimpleFileVisitor<Path> {
    private long entries;
    private long bytes;

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      entries++;
      return CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      entries++;
      bytes += attributes.isSymbolicLink() ? file.toFile().length() : attributes.size();
      return CONTINUE;
    }
  }

  private static Path beside(Path folder, String ending) {
    return folder.resolveSibling(folder.getFileName() + ending);
  }
}
