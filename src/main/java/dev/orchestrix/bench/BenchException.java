package dev.orchestrix.bench;

import org.jspecify.annotations.Nullable;

/**
 * The run could not be made, or what it found makes its figures worthless; for the user to read.
 */
final class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BenchException(String message) {
    this(message, null);
  }

  BenchException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
