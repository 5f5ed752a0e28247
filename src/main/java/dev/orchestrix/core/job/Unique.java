package dev.orchestrix.core.job;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a job the only one of its kind: as long as it stands for the kind, no second one is made.
 *
 * @param key SHA-256, in hex, of what makes two jobs of a tenant the same
 * @param states the job stands for its kind while it is in one of these
 * @param period for so long after its submission it does so at the least, whatever its state; null
 *     for no longer than its state says
 * @param onConflict what becomes of this job when another one stands for its kind
 */
public record Unique(
    String key, Set<JobState> states, @Nullable Duration period, OnConflict onConflict) {
  public Unique {
    Objects.requireNonNull(key);
    states = Set.copyOf(states);
    Objects.requireNonNull(onConflict);
  }

  /** What becomes of a job that is not the only one of its kind. */
  public sealed interface OnConflict {

    /** It is refused. */
    record Reject() implements OnConflict {}

    /** The job that is there is the answer. */
    record Return() implements OnConflict {}

    /**
     * The job that is there takes over some of its fields.
     *
     * @param states in any other the new job is refused
     */
    record Replace(Set<Field> fields, Set<JobState> states) implements OnConflict {
      public Replace {
        fields = Set.copyOf(fields);
        states = Set.copyOf(states);
      }
    }

    /** The job that is there waits anew, with the new payload; once it is ready this is refused. */
    record Debounce() implements OnConflict {}
  }

  /** What a waiting job can take over from another. */
  public enum Field {
    PAYLOAD,
    PRIORITY,
    RUN_AT,
    TAGS,
    RETRY,
    TIMEOUT
  }
}
