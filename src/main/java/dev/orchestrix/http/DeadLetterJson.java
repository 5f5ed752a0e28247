package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.query.DeadLetter;
import dev.orchestrix.query.DeadLetterGroups;
import dev.orchestrix.query.Redrive;
import dev.orchestrix.transition.Revivals;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Dead letters and redrives as clients see them. */
final class DeadLetterJson {

  /**
   * Writes {@code items} and {@code next_cursor}.
   *
   * @param messages whether with what handlers have said
   */
  static void page(
      JsonGenerator out, List<DeadLetter> letters, @Nullable UUID next, boolean messages)
      throws IOException {
    letters(out, "items", letters, messages);
    next(out, next);
  }

  static void next(JsonGenerator out, @Nullable UUID next) throws IOException {
    out.writeStringField("next_cursor", next == null ? null : Cursor.write(next));
  }

  static void letters(JsonGenerator out, String name, List<DeadLetter> letters, boolean messages)
      throws IOException {
    out.writeArrayFieldStart(name);
    for (var letter : letters) {
      out.writeStartObject();
      out.writeStringField("id", letter.job().toString());
      out.writeStringField("tenant", letter.tenant());
      cause(out, letter);
      out.writeStringField("message", messages ? letter.message() : null);
      out.writeStringField("failed_at", letter.failedAt().toString());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  static void group(JsonGenerator out, DeadLetterGroups.Group group, boolean messages)
      throws IOException {
    out.writeStartObject();
    cause(out, group.sample());
    out.writeNumberField("count", group.count());
    out.writeStringField("first_failed_at", group.firstFailedAt().toString());
    out.writeStringField("last_failed_at", group.lastFailedAt().toString());
    out.writeStringField("sample_message", messages ? group.sample().message() : null);
    out.writeStringField("sample_job", group.sample().job().toString());
    out.writeEndObject();
  }

  /** Writes the members of a job that is ready again. */
  static void revived(JsonGenerator out, Revivals.Revived job) throws IOException {
    out.writeStringField("id", job.id().toString());
    out.writeStringField("state", JobState.PENDING.name());
    out.writeStringField("tenant", job.tenant());
    out.writeStringField("type", job.type());
    out.writeStringField("priority", job.priority().label());
    out.writeNumberField("attempt", job.attempt());
  }

  /** Writes the members of a redrive. */
  static void redrive(JsonGenerator out, Redrive redrive) throws IOException {
    out.writeStringField("id", redrive.id().toString());
    out.writeStringField("state", redrive.state().name());
    out.writeFieldName("filter");
    out.writeRawValue(redrive.filter());
    out.writeNumberField("rate", redrive.rate());
    var most = redrive.stopAfterFailures();
    if (most == null) {
      out.writeNullField("stop_after_failures");
    } else {
      out.writeNumberField("stop_after_failures", most);
    }
    out.writeNumberField("moved", redrive.moved());
    out.writeNumberField("failed", redrive.failed());
    out.writeNumberField("undone", redrive.undone());
    out.writeNumberField("remaining", redrive.remaining());
    out.writeStringField("created_at", redrive.createdAt().toString());
    out.writeStringField("updated_at", redrive.updatedAt().toString());
  }

  /** Answers a command that came too late, or too early, with the state that forbids it. */
  static void conflict(HttpServerResponse response, Problem problem, String state) {
    if (Answers.open(response)) {
      Answers.problemHead(response, problem);
      response.end(
          JsonBody.of(
              out -> {
                problem.writeTo(out);
                out.writeStringField("state", state);
              }));
    }
  }

  private static void cause(JsonGenerator out, DeadLetter letter) throws IOException {
    out.writeStringField("type", letter.type());
    out.writeStringField("category", letter.category());
    out.writeStringField("fingerprint", letter.fingerprint());
  }

  private DeadLetterJson() {}
}
