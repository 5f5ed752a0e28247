package dev.orchestrix.embedded;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A small disk in memory, mounted for the time of a test; the test is skipped where that needs more
 * rights.
 */
final class Disk implements AutoCloseable {
  private final Path path;

  private Disk(Path path) {
    this.path = path;
  }

  static Disk mounted(Path path, int megabytes) throws IOException {
    Files.createDirectories(path);
    var options = "size=" + megabytes + "m,mode=755";
    assumeTrue(
        Launcher.works(List.of("mount", "-t", "tmpfs", "-o", options, "tmpfs", path.toString())),
        "may not mount");
    return new Disk(path);
  }

  Path path() {
    return path;
  }

  void makeReadOnly() {
    assumeTrue(Launcher.works(List.of("mount", "-o", "remount,ro", path.toString())));
  }

  /** Leaves no byte free; returns what to delete to get them back. */
  Path fill() {
    var filler = path.resolve("filler");
    var command = List.of("dd", "if=/dev/zero", "of=" + filler, "bs=4096");
    assumeTrue(!Launcher.works(command), "the disk did not get full");
    return filler;
  }

  @Override
  public void close() {
    if (!Launcher.works(List.of("umount", path.toString()))) {
      throw new AssertionError("still in use: " + path);
    }
  }
}
