package dev.orchestrix.handler;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The commands that jobs may start.
 *
 * @param names names, absolute paths, or {@code *} for any
 */
record AllowedCommands(List<String> names, SearchPath searched) {

  /** What runs the text of {@code {command}}. */
  static final String SHELL = "sh";

  /**
   * The file that is run for {@code asked}, a name or an absolute path; nothing if this node has no
   * such file. A name on the list stands for the file that is found under it, and for no other.
   *
   * @throws IllegalArgumentException if it is not allowed, saying so
   */
  Optional<Path> find(String asked) {
    if (!asked.contains("/")) {
      var file = asked.isEmpty() ? Optional.<Path>empty() : searched.find(asked);
      require(all() || names.contains(asked) || file.filter(this::lists).isPresent(), asked);
      return file;
    }
    var file = absolute(asked);
    require(all() || lists(file) || names.stream().anyMatch(name -> isNamed(name, file)), asked);
    return Optional.of(file).filter(searched::runs);
  }

  /** Whether a job may run anything anyway, as it may through a shell. */
  boolean unrestricted() {
    return all() || names.contains(SHELL) || names.contains("/bin/sh");
  }

  private boolean all() {
    return names.contains("*");
  }

  private boolean lists(Path file) {
    return names.stream()
        .filter(name -> name.startsWith("/"))
        .anyMatch(name -> same(Path.of(name).normalize(), file));
  }

  private boolean isNamed(String name, Path file) {
    return !name.contains("/")
        && searched.find(name).filter(found -> same(found, file)).isPresent();
  }

  /**
   * Whether both are one name in one folder. Links to folders are followed (/bin is often
   * /usr/bin), links to files are not: one file may be many commands, as BusyBox is.
   */
  private static boolean same(Path one, Path other) {
    return one.equals(other)
        || (one.endsWith(other.getFileName()) && folder(one).equals(folder(other)));
  }

  private static Path folder(Path file) {
    var folder = file.resolveSibling("");
    try {
      return folder.toRealPath();
    } catch (IOException notThere) {
      return folder;
    }
  }

  private static Path absolute(String asked) {
    try {
      var path = Path.of(asked).normalize();
      if (path.isAbsolute() && path.getFileName() != null) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("expected a name or an absolute path", e);
    }
    throw new IllegalArgumentException("expected a name or an absolute path");
  }

  private static void require(boolean allowed, String asked) {
    if (!allowed) {
      var shown = asked.length() <= 60 ? asked : asked.substring(0, 60) + "...";
      throw new IllegalArgumentException(
          "\"" + shown + "\" is not among the commands that this node allows");
    }
  }
}
