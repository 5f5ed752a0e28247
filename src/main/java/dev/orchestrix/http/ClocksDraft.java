package dev.orchestrix.http;

import dev.orchestrix.core.job.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Reads {@code expires_in}, {@code deadline} and {@code heartbeat}. */
final class ClocksDraft {
  private static final Duration SHORTEST = Duration.ofMillis(1);

  /** An attempt is looked at some times a second; a shorter silence would mean nothing. */
  private static final Duration SHORTEST_HEARTBEAT = Duration.ofMillis(100);

  private final FieldReader field;
  private final Violations violations;
  private @Nullable Duration expiresIn;
  private @Nullable Duration deadline;
  private @Nullable Duration heartbeat;

  ClocksDraft(FieldReader field, Violations violations) {
    this.field = field;
    this.violations = violations;
  }

  /** Reads the value of one of its three fields. */
  void read(String name) throws JsonFault {
    switch (name) {
      case "expires_in" -> expiresIn = field.duration(SHORTEST, JobDraft.LONGEST_DELAY);
      case "deadline" -> deadline = field.duration(SHORTEST, JobDraft.LONGEST_DELAY);
      case "heartbeat" -> heartbeat = field.duration(SHORTEST_HEARTBEAT, JobDraft.LONGEST_TIMEOUT);
      default -> throw new IllegalArgumentException(name);
    }
  }

  /** Notes a deadline that comes before the job may start. */
  void check(Instant now, @Nullable Instant runAt) {
    if (deadline != null && runAt != null && !now.plus(deadline).isAfter(runAt)) {
      violations.at("deadline");
      violations.add(ProblemCode.CONFLICT, "over before the job may start");
    }
  }

  /**
   * The moments that are meant, to the millisecond.
   *
   * @param now from when the deadline counts
   * @param runAt from when the queue expiry counts, or null for now
   */
  Clocks from(Instant now, @Nullable Instant runAt) {
    if (expiresIn == null && deadline == null && heartbeat == null) {
      return Clocks.NONE;
    }
    var ready = runAt == null ? now : runAt;
    return new Clocks(
        expiresIn == null ? null : ready.plus(expiresIn).truncatedTo(ChronoUnit.MILLIS),
        deadline == null ? null : now.plus(deadline).truncatedTo(ChronoUnit.MILLIS),
        heartbeat);
  }
}
