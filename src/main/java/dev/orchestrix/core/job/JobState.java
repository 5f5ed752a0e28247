package dev.orchestrix.core.job;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Where a job is in its life. The names are stored in Postgres and sent to clients: never rename.
 */
public enum JobState {
  /** Its time has not come. */
  SCHEDULED,
  /** It waits for other steps of its workflow. */
  BLOCKED,
  /** Ready to run: in the backlog or on a stream. */
  PENDING,
  /** An executor has claimed it. */
  RUNNING,
  /** An attempt failed; it waits for its backoff. */
  RETRYING,
  /** It ended well. */
  SUCCEEDED,
  /** It is out of attempts or of time, cannot be retried, or nobody can run it. */
  FAILED,
  /** A user or operator ended it. */
  CANCELLED;

  private static final Map<JobState, Set<JobState>> EDGES = new EnumMap<>(JobState.class);

  static {
    EDGES.put(SCHEDULED, EnumSet.of(PENDING, FAILED, CANCELLED));
    EDGES.put(BLOCKED, EnumSet.of(PENDING, FAILED, CANCELLED));
    EDGES.put(PENDING, EnumSet.of(RUNNING, FAILED, CANCELLED));
    EDGES.put(RUNNING, EnumSet.of(SUCCEEDED, FAILED, RETRYING, PENDING, CANCELLED));
    EDGES.put(RETRYING, EnumSet.of(PENDING, FAILED, CANCELLED));
    EDGES.put(SUCCEEDED, EnumSet.noneOf(JobState.class));
    EDGES.put(FAILED, EnumSet.of(PENDING));
    EDGES.put(CANCELLED, EnumSet.noneOf(JobState.class));
  }

  /** The states that may follow this one; empty when it absorbs. */
  public Set<JobState> next() {
    return Set.copyOf(EDGES.getOrDefault(this, Set.of()));
  }

  /** Whether the table of edges has one from here to {@code next}. */
  public boolean canBecome(JobState next) {
    return EDGES.getOrDefault(this, Set.of()).contains(next);
  }

  /** Whether the engine by itself never moves a job out of this state. */
  public boolean terminal() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }
}
