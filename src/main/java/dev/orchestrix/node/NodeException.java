package dev.orchestrix.node;

/** Why a node could not start or stop as it should. */
public final class NodeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NodeException(String message, Throwable cause) {
    super(message, cause);
  }
}
