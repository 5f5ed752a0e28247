package dev.orchestrix.embedded;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Why Postgres or Redis could not be started here. The message is one paragraph for the person at
 * the terminal: what is wrong, where, and what to do; the data is as it was.
 */
public final class EmbeddedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  EmbeddedException(String message) {
    super(message);
  }

  EmbeddedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** What went wrong with a file or folder of ours, and what to do about it. */
  static EmbeddedException because(Path file, IOException error) {
    return new EmbeddedException(file + ": " + explain(error), error);
  }

  private static String explain(IOException error) {
    return switch (error) {
      case AccessDeniedException _ ->
          "this user may not write there. Choose another folder or change its permissions.";
      case FileAlreadyExistsException _, NotDirectoryException _ ->
          "a file is where a folder is needed. Choose another folder or move the file away.";
      case FileSystemException failed when failed.getReason() != null ->
          Diagnosis.sentence(failed.getReason());
      default -> Diagnosis.sentence(String.valueOf(error.getMessage()));
    };
  }
}
