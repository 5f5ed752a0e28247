package dev.orchestrix.query;

import dev.orchestrix.core.job.Clocks;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.Priority;
import dev.orchestrix.core.job.Throttle;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of {@link JobSql} as values. */
final class JobRows {

  static JobSummary summary(Row row) {
    String[] tags = row.getArrayOfStrings("tags");
    return new JobSummary(
        row.getUUID("id"),
        row.getString("tenant"),
        row.getString("type"),
        JobState.valueOf(row.getString("state")),
        Priority.ofCode(row.getShort("priority")),
        row.getInteger("attempt"),
        row.getShort("max_attempts"),
        row.getOffsetDateTime("created_at").toInstant(),
        instant(row, "run_at"),
        instant(row, "started_at"),
        instant(row, "finished_at"),
        tags == null ? List.of() : List.of(tags),
        throttle(row));
  }

  private static Throttle throttle(Row row) {
    Short cost = row.getShort("cost");
    return new Throttle(
        row.getString("rate_key"), cost == null ? 1 : cost, row.getString("concurrency_key"));
  }

  static JobDetail detail(Row row) {
    var summary = summary(row);
    return new JobDetail(
        summary,
        row.getShort("failures"),
        row.getShort("crashes"),
        duration(row, "timeout_ms"),
        new Clocks(
            instant(row, "expires_at"), instant(row, "deadline_at"), duration(row, "heartbeat_ms")),
        row.getString("retry"),
        row.getString("trace"),
        row.getString("payload"),
        row.getString("result"),
        row.getString("errors"),
        row.getString("report"),
        row.getString("checkpoint"),
        row.getBoolean("cancelling") && summary.state() == JobState.RUNNING);
  }

  private static @Nullable Instant instant(Row row, String column) {
    var time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }

  private static @Nullable Duration duration(Row row, String column) {
    Long millis = row.getLong(column);
    return millis == null ? null : Duration.ofMillis(millis);
  }

  private JobRows() {}
}
