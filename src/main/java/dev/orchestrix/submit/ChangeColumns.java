package dev.orchestrix.submit;

import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.job.Unique.Field;
import dev.orchestrix.store.RetryText;
import dev.orchestrix.store.Rows;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Changes of jobs as the parameters of {@link KeyedSql#CHANGE}. */
final class ChangeColumns {
  private static final long NO_TIMEOUT = -1;

  static Tuple of(List<Change> changes) {
    var ids = Rows.column(changes, UUID[]::new, change -> change.holder().job());
    return Tuple.tuple()
        .addArrayOfUUID(ids)
        .addArrayOfString(
            Rows.column(changes, String[]::new, change -> change.holder().state().name()))
        .addArrayOfInteger(
            Rows.column(changes, Integer[]::new, change -> change.holder().attempt()))
        .addArrayOfOffsetDateTime(
            Rows.nullable(changes, OffsetDateTime[]::new, ChangeColumns::timer))
        .addArrayOfOffsetDateTime(
            Rows.nullable(
                changes,
                OffsetDateTime[]::new,
                taken(Field.RUN_AT, job -> JobColumns.stored(job.runAt()))))
        .addArrayOfString(
            Rows.nullable(changes, String[]::new, taken(Field.PAYLOAD, NewJob::payload)))
        .addArrayOfShort(
            Rows.nullable(
                changes, Short[]::new, taken(Field.PRIORITY, job -> job.priority().code())))
        .addArrayOfString(
            Rows.nullable(changes, String[]::new, taken(Field.TAGS, ChangeColumns::tags)))
        .addArrayOfString(
            Rows.nullable(
                changes, String[]::new, taken(Field.RETRY, job -> RetryText.write(job.retry()))))
        .addArrayOfShort(
            Rows.nullable(changes, Short[]::new, taken(Field.RETRY, JobColumns::maxAttempts)))
        .addArrayOfLong(
            Rows.nullable(changes, Long[]::new, taken(Field.TIMEOUT, ChangeColumns::timeout)))
        .addUUID(Rows.lowest(ids))
        .addUUID(Rows.highest(ids));
  }

  /** Where the timer stands that is to move. */
  private static @Nullable OffsetDateTime timer(Change change) {
    var holder = change.holder();
    boolean timed = holder.state() == JobState.SCHEDULED || holder.state() == JobState.RETRYING;
    return timed && change.has(Field.RUN_AT) ? JobColumns.stored(holder.runAt()) : null;
  }

  private static String tags(NewJob job) {
    var tags = JobColumns.tags(job);
    return tags == null ? "" : tags;
  }

  private static Long timeout(NewJob job) {
    var timeout = JobColumns.timeout(job);
    return timeout == null ? NO_TIMEOUT : timeout;
  }

  /** The value of a field that is taken over, else null. */
  private static <C> Function<Change, @Nullable C> taken(
      Field field, Function<NewJob, @Nullable C> value) {
    return change -> change.has(field) ? value.apply(change.values()) : null;
  }

  private ChangeColumns() {}
}
