package dev.orchestrix.execute;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What a handler said while it ran: its last progress and its newest log lines, behind what the
 * attempts before it said. Not thread-safe.
 */
final class Report {
  private static final int ATTEMPTS = 5;
  private static final int LINES = 100;
  private static final int LINE_LENGTH = 500;
  private static final int NOTE_LENGTH = 200;

  private final int attempt;
  private final @Nullable String before;
  private final Deque<JsonObject> lines = new ArrayDeque<>();
  private @Nullable JsonObject progress;
  private @Nullable String earlier;
  private int dropped;

  /**
   * @param before the report that the attempts before this one left, as stored, or null
   */
  Report(int attempt, @Nullable String before) {
    this.attempt = attempt;
    this.before = before;
  }

  void progress(double fraction, String note) {
    progress =
        new JsonObject()
            .put("fraction", Double.isNaN(fraction) ? 0 : Math.clamp(fraction, 0.0, 1.0))
            .put("note", Text.kept(note, NOTE_LENGTH));
  }

  void log(Instant at, @Nullable LogLevel level, String line) {
    var entry = new JsonObject().put("at", at.toString());
    if (level != null) {
      entry.put("level", level.name());
    }
    lines.add(entry.put("line", Text.kept(line, LINE_LENGTH)));
    if (lines.size() > LINES) {
      lines.remove();
      dropped++;
    }
  }

  /** The reports of the latest attempts as JSON, as they stand in {@code jobs.report}. */
  String text() {
    var own = new JsonObject().put("attempt", attempt);
    if (progress != null) {
      own.put("progress", progress);
    }
    if (!lines.isEmpty()) {
      own.put("logs", new JsonArray(lines.stream().toList())).put("logs_dropped", dropped);
    }
    return "{\"attempts\":[" + earlier() + own.encode() + "]}";
  }

  /** Read only once, because a report is written again and again while it grows. */
  private String earlier() {
    var known = earlier;
    if (known == null) {
      known = before == null ? "" : kept(new JsonObject(before).getJsonArray("attempts"));
      earlier = known;
    }
    return known;
  }

  private static String kept(JsonArray attempts) {
    var text = new StringBuilder();
    for (int i = Math.max(0, attempts.size() - (ATTEMPTS - 1)); i < attempts.size(); i++) {
      text.append(attempts.getJsonObject(i).encode()).append(',');
    }
    return text.toString();
  }
}
