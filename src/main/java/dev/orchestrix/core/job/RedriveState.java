package dev.orchestrix.core.job;

import java.util.Arrays;
import java.util.Set;

/** Where a redrive is. The names are stored in Postgres and sent to clients: never rename. */
public enum RedriveState {
  /** The leader makes its jobs ready, at its rate. */
  RUNNING,
  /** Every letter that was there when it was asked for has been looked at. */
  DONE,
  /** A user or operator has stopped it. */
  STOPPED,
  /** As many of its jobs failed again as it was to put up with. */
  FAILED_TOO_OFTEN,
  /** A user or operator has taken back what had not started. */
  UNDONE;

  /** Whether the table of edges has one from here to {@code next}. */
  public boolean canBecome(RedriveState next) {
    return switch (this) {
      case RUNNING -> next != RUNNING;
      case DONE, STOPPED, FAILED_TOO_OFTEN -> next == UNDONE;
      // again: what an undoing that broke off has left
      case UNDONE -> next == UNDONE;
    };
  }

  /** The states from which one may come to {@code next}. */
  public static Set<RedriveState> before(RedriveState next) {
    return Set.copyOf(Arrays.stream(values()).filter(state -> state.canBecome(next)).toList());
  }
}
