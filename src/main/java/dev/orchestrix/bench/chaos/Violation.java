package dev.orchestrix.bench.chaos;

import java.util.UUID;

/** Something that must not happen, and did. */
public record Violation(Kind kind, UUID job, String detail) {

  /** What is promised, as what must not be seen. */
  public enum Kind {
    /** Accepted, and not ended when everything was over. */
    LOST,
    /** Two outcomes of one attempt were written. */
    DOUBLY_ACCEPTED,
    /** A handler began after its job had ended. */
    RUN_AFTER_END,
    /** A handler began although the attempt had been taken from its node. */
    RUN_WHILE_FENCED,
    /** A job that had ended went on, and nobody had told it to. */
    TERMINAL_LEFT,
    /** A move that the table of states does not have, or an attempt that went backwards. */
    ILLEGAL_MOVE
  }
}
