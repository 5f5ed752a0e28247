package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orchestrix.core.job.Throttle;
import dev.orchestrix.core.retry.RetryPolicy;
import dev.orchestrix.core.time.Durations;
import dev.orchestrix.query.JobDetail;
import dev.orchestrix.query.JobSummary;
import dev.orchestrix.store.RetryText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Jobs as clients see them. */
final class JobJson {

  /** Writes the members of a job that a list shows. */
  static void write(JsonGenerator out, JobSummary job) throws IOException {
    out.writeStringField("id", job.id().toString());
    out.writeStringField("tenant", job.tenant());
    out.writeStringField("type", job.type());
    out.writeStringField("state", job.state().name());
    out.writeStringField("priority", job.priority().label());
    out.writeNumberField("attempt", job.attempt());
    out.writeNumberField("max_attempts", job.maxAttempts());
    time(out, "created_at", job.createdAt());
    time(out, "run_at", job.runAt());
    time(out, "started_at", job.startedAt());
    time(out, "finished_at", job.finishedAt());
    out.writeArrayFieldStart("tags");
    for (var tag : job.tags()) {
      out.writeString(tag);
    }
    out.writeEndArray();
    throttle(out, job.throttle());
  }

  /** A cost of one is what nearly all have, and is left out. */
  private static void throttle(JsonGenerator out, Throttle throttle) throws IOException {
    out.writeStringField("rate_key", throttle.rateKey());
    if (throttle.cost() != 1) {
      out.writeNumberField("cost", throttle.cost());
    }
    out.writeStringField("concurrency_key", throttle.concurrencyKey());
  }

  /**
   * Writes all members of a job.
   *
   * @param payloads whether with those that tell what it was given, said and gave back
   */
  static void write(JsonGenerator out, JobDetail job, boolean payloads) throws IOException {
    write(out, job.summary());
    out.writeNumberField("failures", job.failures());
    out.writeNumberField("crashes", job.crashes());
    duration(out, "timeout", job.timeout());
    time(out, "expires_at", job.clocks().expiresAt());
    time(out, "deadline_at", job.clocks().deadlineAt());
    duration(out, "heartbeat", job.clocks().heartbeat());
    retry(out, RetryText.read(job.retry()));
    out.writeStringField("trace", job.trace());
    var errors = job.errors() == null ? "[]" : job.errors();
    if (payloads) {
      json(out, "errors", errors);
    } else {
      out.writeFieldName("errors");
      ErrorJson.bare(out, errors);
    }
    out.writeBooleanField("cancelling", job.cancelling());
    if (payloads) {
      json(out, "payload", job.payload());
      json(out, "result", job.result());
      json(out, "checkpoint", job.checkpoint());
      ReportJson.latest(out, job.report(), job.summary().attempt());
    }
  }

  private static void time(JsonGenerator out, String name, @Nullable Instant time)
      throws IOException {
    out.writeStringField(name, time == null ? null : time.toString());
  }

  private static void duration(JsonGenerator out, String name, @Nullable Duration duration)
      throws IOException {
    out.writeStringField(name, duration == null ? null : Durations.format(duration));
  }

  private static void retry(JsonGenerator out, RetryPolicy retry) throws IOException {
    out.writeObjectFieldStart("retry");
    out.writeNumberField("max_attempts", retry.maxAttempts());
    out.writeStringField("policy", retry.kind().name().toLowerCase(Locale.ROOT));
    out.writeStringField("initial", Durations.format(retry.initial()));
    out.writeStringField("max", Durations.format(retry.max()));
    out.writeNumberField("multiplier", retry.multiplier());
    out.writeNumberField("jitter", retry.jitter());
    out.writeEndObject();
  }

  /** The text as it is. One that is no JSON, which no handler should have returned, is a string. */
  private static void json(JsonGenerator out, String name, @Nullable String text)
      throws IOException {
    out.writeFieldName(name);
    if (text == null) {
      out.writeNull();
    } else if (valid(text)) {
      out.writeRawValue(text);
    } else {
      out.writeString(text);
    }
  }

  private static boolean valid(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      var cursor = new JsonCursor(bytes, 0, bytes.length, 500, new Violations());
      cursor.skip();
      return cursor.atEnd();
    } catch (JsonFault fault) {
      return false;
    }
  }

  private JobJson() {}
}
