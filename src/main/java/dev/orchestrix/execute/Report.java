package dev.orchestrix.execute;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What a handler said while it ran: its last progress and its newest log lines. */
final class Report {
  private static final int LINES = 100;
  private static final int LINE_LENGTH = 500;
  private static final int NOTE_LENGTH = 200;

  private @Nullable JsonObject progress;
  private @Nullable Deque<String> lines;
  private int dropped;

  synchronized void progress(double fraction, String note) {
    progress =
        new JsonObject()
            .put("fraction", Double.isNaN(fraction) ? 0 : Math.clamp(fraction, 0.0, 1.0))
            .put("note", Text.kept(note, NOTE_LENGTH));
  }

  synchronized void log(String line) {
    var kept = lines == null ? new ArrayDeque<String>() : lines;
    lines = kept;
    kept.add(Text.kept(line, LINE_LENGTH));
    if (kept.size() > LINES) {
      kept.remove();
      dropped++;
    }
  }

  /** The report as JSON, or null when the handler said nothing. */
  synchronized @Nullable String text() {
    if (progress == null && lines == null) {
      return null;
    }
    var json = new JsonObject();
    if (progress != null) {
      json.put("progress", progress);
    }
    if (lines != null) {
      json.put("logs", new JsonArray(lines.stream().toList())).put("logs_dropped", dropped);
    }
    return json.encode();
  }
}
