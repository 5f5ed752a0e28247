package dev.orchestrix.core.fault;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A moment between two effects of the engine at which a process may die. Nothing happens there
 * unless the system property {@code orchestrix.crash_at} names one when the process starts, as
 * {@code NAME} or, for its n-th visit, {@code NAME:n}: then the process ends at once, with exit
 * code 137, as if it had been killed. Visited once for a batch, never for each job.
 */
public enum CrashPoint {
  /** Jobs are committed, and not on their streams. */
  SUBMITTED,
  /** They are on their streams, and the outbox does not know it. */
  RELAYED,
  /** Entries have been read, and nobody was asked whether they may start. */
  TAKEN,
  /** Tokens are taken and reserved for them, and nothing has become of them. */
  ADMITTED,
  /** What was refused is in the backlog, and still on its stream. */
  PUT_BACK,
  /** What is beyond the free slots is on the admitted stream, and still on its own. */
  SPREAD,
  /** Entries have been read and sent to an executor, and are not claimed. */
  ASSIGNED,
  /** Jobs are RUNNING, and their entries not acknowledged. */
  CLAIMED,
  /** The acknowledgement is under way, and no handler has begun. */
  STARTING,
  /** Entries are acknowledged; of their jobs only Postgres knows. */
  ACKNOWLEDGED,
  /** Handlers have ended, and their outcomes are not written. */
  ENDING,
  /** Outcomes are committed, and nobody has been told. */
  ENDED,
  /** Redis knows that there is a backlog, and nothing of it has been moved. */
  FEEDING,
  /** Jobs have left the backlog, and are not on their streams. */
  FED,
  /** Jobs of lanes are called, and not on their streams. */
  CALLED,
  /** The time of jobs has come, and Postgres does not know it. */
  DUE,
  /** They are PENDING, and not on their streams. */
  RIPENED,
  /** They are PENDING, and Redis would still fire them. */
  FIRED,
  /** The outbox rows of others have been moved to the backlog, and the feeder does not know. */
  SWEPT,
  /** The jobs of a dead node are taken back, and the node is not forgotten. */
  TAKEN_BACK,
  /** What Redis has lost is in the backlog, and Redis is not marked as whole. */
  RESTORED;

  /** Names the point; see above. */
  public static final String PROPERTY = "orchestrix.crash_at";

  /** As after SIGKILL. */
  public static final int EXIT_CODE = 137;

  /** A constant for the compiler of the JVM: without a point nothing is left of a visit. */
  private static final @Nullable Armed ARMED = Armed.of(System.getProperty(PROPERTY));

  /** The process dies here, if that was asked for. */
  public void reach() {
    if (ARMED != null && ARMED.isTime(this)) {
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }

  /** Where, and after how many visits. */
  record Armed(CrashPoint point, AtomicInteger left) {

    /**
     * @throws IllegalArgumentException if there is no such point
     */
    static @Nullable Armed of(@Nullable String text) {
      if (text == null || text.isBlank()) {
        return null;
      }
      int colon = text.indexOf(':');
      var name = colon < 0 ? text : text.substring(0, colon);
      int visit = colon < 0 ? 1 : Integer.parseInt(text.substring(colon + 1));
      return new Armed(valueOf(name), new AtomicInteger(visit));
    }

    boolean isTime(CrashPoint reached) {
      return reached == point && left.decrementAndGet() == 0;
    }
  }
}
