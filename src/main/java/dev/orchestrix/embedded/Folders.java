package dev.orchestrix.embedded;

import static java.nio.file.FileVisitResult.CONTINUE;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.attribute.PosixFilePermission.GROUP_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is done to whole folders. Links are handled as links, never followed. */
final class Folders {
  /** Deletes the folder with all it holds; what is not there, or goes meanwhile, is no failure. */
  static void delete(Path folder) throws IOException {
    Files.walkFileTree(folder, new Deletion());
  }

  /** Gives the file, or the folder with all it holds, to a user and the group of that number. */
  static void give(Path folder, int user) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : (Iterable<Path>) files::iterator) {
        Files.setAttribute(file, "unix:uid", user, NOFOLLOW_LINKS);
        Files.setAttribute(file, "unix:gid", user, NOFOLLOW_LINKS);
      }
    }
  }

  /** Lets every user pass the folder, though not list it. */
  static void letThrough(Path folder) throws IOException {
    var permissions = Files.getPosixFilePermissions(folder);
    permissions.addAll(Set.of(GROUP_EXECUTE, OTHERS_EXECUTE));
    Files.setPosixFilePermissions(folder, permissions);
  }

  /** Makes a copy with the same permissions; there must be nothing at its place. */
  static void copy(Path folder, Path copy) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : (Iterable<Path>) files::iterator) {
        Files.copy(file, copy.resolve(folder.relativize(file)), COPY_ATTRIBUTES, NOFOLLOW_LINKS);
      }
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException error) throws IOException {
      if (error instanceof NoSuchFileException) {
        return CONTINUE;
      }
      throw error;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException error)
        throws IOException {
      Files.deleteIfExists(folder);
      return CONTINUE;
    }
  }

  private Folders() {}
}
