package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What attempts have said, from {@code jobs.report}, as clients see it. */
final class ReportJson {

  /** Writes {@code progress}, {@code logs} and {@code logs_dropped} of one attempt, lines alone. */
  static void latest(JsonGenerator out, @Nullable String report, int attempt) throws IOException {
    var said =
        attempts(report).stream()
            .filter(one -> number(one) == attempt)
            .findFirst()
            .orElseGet(JsonObject::new);
    progress(out, said);
    out.writeArrayFieldStart("logs");
    for (int i = 0; i < logs(said).size(); i++) {
      out.writeString(logs(said).getJsonObject(i).getString("line"));
    }
    out.writeEndArray();
    dropped(out, said);
  }

  /**
   * Writes {@code attempts}, oldest first, with whole lines.
   *
   * @param only the one that is wanted, or 0 for all
   */
  static void all(JsonGenerator out, @Nullable String report, int only) throws IOException {
    out.writeArrayFieldStart("attempts");
    for (var said : attempts(report)) {
      if (only == 0 || only == number(said)) {
        one(out, said);
      }
    }
    out.writeEndArray();
  }

  private static void one(JsonGenerator out, JsonObject said) throws IOException {
    out.writeStartObject();
    out.writeNumberField("attempt", number(said));
    progress(out, said);
    out.writeArrayFieldStart("logs");
    for (int i = 0; i < logs(said).size(); i++) {
      var line = logs(said).getJsonObject(i);
      out.writeStartObject();
      out.writeStringField("at", line.getString("at"));
      out.writeStringField("level", line.getString("level"));
      out.writeStringField("line", line.getString("line"));
      out.writeEndObject();
    }
    out.writeEndArray();
    dropped(out, said);
    out.writeEndObject();
  }

  private static void progress(JsonGenerator out, JsonObject said) throws IOException {
    var progress = said.getJsonObject("progress");
    out.writeFieldName("progress");
    if (progress == null) {
      out.writeNull();
      return;
    }
    out.writeStartObject();
    out.writeNumberField("fraction", progress.getDouble("fraction"));
    out.writeStringField("note", progress.getString("note"));
    out.writeEndObject();
  }

  private static void dropped(JsonGenerator out, JsonObject said) throws IOException {
    out.writeNumberField("logs_dropped", said.getInteger("logs_dropped", 0));
  }

  private static JsonArray logs(JsonObject said) {
    return said.getJsonArray("logs", JsonArray.of());
  }

  private static int number(JsonObject said) {
    return said.getInteger("attempt");
  }

  private static List<JsonObject> attempts(@Nullable String report) {
    var attempts =
        report == null ? JsonArray.of() : new JsonObject(report).getJsonArray("attempts");
    return attempts.stream().map(JsonObject.class::cast).toList();
  }

  private ReportJson() {}
}
