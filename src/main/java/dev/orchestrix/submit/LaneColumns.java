package dev.orchestrix.submit;

import static java.util.Objects.requireNonNullElse;

import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.core.limit.Strategy;
import dev.orchestrix.store.Rows;
import dev.orchestrix.tenant.Limit;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Lanes, and jobs that enter them, as parameters of {@link KeyedSql}. */
final class LaneColumns {
  /** Jobs that one submission cancels; where there are more, the next one goes on. */
  private static final long MOST_DISPLACED = 1000;

  static Tuple of(List<NewJob> jobs) {
    return Tuple.tuple()
        .addArrayOfString(Rows.column(jobs, String[]::new, NewJob::tenant))
        .addArrayOfString(
            Rows.column(
                jobs,
                String[]::new,
                job -> requireNonNullElse(job.throttle().concurrencyKey(), "")))
        .addArrayOfUUID(Rows.column(jobs, UUID[]::new, NewJob::id));
  }

  static Tuple of(Map<Name, Limit> limits) {
    var names = List.copyOf(limits.keySet());
    return Tuple.tuple()
        .addArrayOfString(Rows.column(names, String[]::new, Name::tenant))
        .addArrayOfString(Rows.column(names, String[]::new, Name::key))
        .addArrayOfLong(limits.values().stream().map(LaneColumns::most).toArray(Long[]::new));
  }

  /** As many as have to be known to decide, and to cancel. */
  private static Long most(Limit limit) {
    long slots = requireNonNullElse(limit.running(), Integer.MAX_VALUE);
    return limit.strategy() == Strategy.CANCEL_RUNNING ? Math.max(slots, MOST_DISPLACED) : slots;
  }

  private LaneColumns() {}
}
