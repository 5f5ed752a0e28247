package dev.orchestrix.core.failure;

import org.jspecify.annotations.Nullable;

/** Why an operation could not be done; every failed future of the engine carries one of these. */
public abstract sealed class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private EngineException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Postgres or Redis did not answer or is not ready; the same call may work later. HTTP 503. */
  public static final class Unavailable extends EngineException {
    private static final long serialVersionUID = 1;

    public Unavailable(String operation, @Nullable Throwable cause) {
      super(operation + ": no answer" + because(cause), cause);
    }
  }

  /** The server refused the statement or script: a bug of ours, never retried. HTTP 500. */
  public static final class Rejected extends EngineException {
    private static final long serialVersionUID = 1;

    public Rejected(String operation, @Nullable String code, Throwable cause) {
      super(operation + ": refused with " + code + because(cause), cause);
    }
  }

  /** One item of a batch cannot be written as it is; the others were. HTTP 422. */
  public static final class BadData extends EngineException {
    private static final long serialVersionUID = 1;

    public BadData(String operation, @Nullable String code, Throwable cause) {
      super(operation + ": the data was refused with " + code + because(cause), cause);
    }
  }

  private static String because(@Nullable Throwable cause) {
    return cause == null ? "" : " (" + cause.getMessage() + ")";
  }
}
