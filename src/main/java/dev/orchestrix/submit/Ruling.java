package dev.orchestrix.submit;

import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Unique;
import dev.orchestrix.core.job.Unique.OnConflict;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a job may be the only one of its kind, and if not, what is done instead. */
sealed interface Ruling {

  /** It is made, and stands for its kind from now on. */
  record Made() implements Ruling {}

  record Refused(Holder by) implements Ruling {}

  record Answered(Holder by) implements Ruling {}

  /** The job that is there takes over these fields. */
  record Changed(Holder holder, Set<Unique.Field> fields) implements Ruling {}

  /** What debouncing takes over. */
  Set<Unique.Field> NEWEST = Set.of(Unique.Field.PAYLOAD, Unique.Field.RUN_AT);

  /**
   * Decides. The rule of the job that is there says whether it is in the way, that of the new one
   * what happens then.
   *
   * @param holder the last job that stood for the kind, or null when there is none any more
   */
  static Ruling of(Unique rule, @Nullable Holder holder) {
    if (holder == null || !holder.inTheWay()) {
      return new Made();
    }
    return switch (rule.onConflict()) {
      case OnConflict.Reject _ -> new Refused(holder);
      case OnConflict.Return _ -> new Answered(holder);
      case OnConflict.Replace(var fields, var states) ->
          states.contains(holder.state()) ? new Changed(holder, fields) : new Refused(holder);
      case OnConflict.Debounce _ ->
          holder.state() == JobState.SCHEDULED ? new Changed(holder, NEWEST) : new Refused(holder);
    };
  }
}
