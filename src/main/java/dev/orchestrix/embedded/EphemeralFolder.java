package dev.orchestrix.embedded;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders that are deleted when their servers stop, at the latest by the next run that makes one.
 */
final class EphemeralFolder {
  private static final Logger LOG = LoggerFactory.getLogger(EphemeralFolder.class);
  private static final String PREFIX = "orchestrix-ephemeral-";

  /** A new one, in the system's folder for temporary files, which only this user may enter. */
  static Path create() {
    var parent = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      var folder = Files.createTempDirectory(parent, PREFIX);
      abandoned(parent, folder).forEach(EphemeralFolder::sweep);
      return folder;
    } catch (IOException e) {
      throw EmbeddedException.because(parent, e);
    }
  }

  static void delete(Path folder) {
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      throw EmbeddedException.because(folder, e);
    }
  }

  private static List<Path> abandoned(Path parent, Path own) throws IOException {
    var found = new ArrayList<Path>();
    try (var folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (var folder : folders) {
        if (!folder.equals(own) && begun(folder) && sameOwner(folder, own)) {
          found.add(folder);
        }
      }
    }
    return found;
  }

  /** The lock is held before the file holds anything: an empty one may be of a run that starts. */
  private static boolean begun(Path folder) {
    return folder.resolve("lock").toFile().length() > 0;
  }

  private static boolean sameOwner(Path folder, Path own) throws IOException {
    return Files.getOwner(folder, NOFOLLOW_LINKS).equals(Files.getOwner(own));
  }

  private static void sweep(Path folder) {
    try (var data = DataFolder.take(folder)) {
      PostgresServer.clearLeftovers(data.postgres());
      RedisServer.clearLeftovers(data.redis());
      Folders.delete(folder);
      LOG.atInfo().addKeyValue("folder", folder).log("deleted; a run that was killed left it");
    } catch (EmbeddedException inUse) {
      LOG.atDebug().setCause(inUse).addKeyValue("folder", folder).log("left alone");
    } catch (IOException e) {
      LOG.atWarn().setCause(e).addKeyValue("folder", folder).log("could not be deleted wholly");
    }
  }

  private EphemeralFolder() {}
}
