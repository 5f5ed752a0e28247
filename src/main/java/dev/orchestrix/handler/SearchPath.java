package dev.orchestrix.handler;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where commands are looked for: the absolute folders of a {@code PATH}. Relative ones are left
 * out, since they would mean whatever folder a job runs in.
 */
record SearchPath(List<Path> folders) {
  private static final String USUAL =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  static SearchPath of(Optional<String> path) {
    var folders = path.orElse(USUAL).split(File.pathSeparator, -1);
    return new SearchPath(Stream.of(folders).map(Path::of).filter(Path::isAbsolute).toList());
  }

  /** The first executable file of that name. */
  Optional<Path> find(String name) {
    return folders.stream().map(folder -> folder.resolve(name)).filter(this::runs).findFirst();
  }

  boolean runs(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  /** As the variable {@code PATH}. */
  @Override
  public String toString() {
    return String.join(File.pathSeparator, folders.stream().map(Path::toString).toList());
  }
}
