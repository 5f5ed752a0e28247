package dev.orchestrix.bench.chaos;

import org.jspecify.annotations.Nullable;

/** The run could not be made; what it has found so far says nothing. For the user to read. */
public final class ChaosException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ChaosException(String message) {
    this(message, null);
  }

  ChaosException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
