package dev.orchestrix.http;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the content type of a request says about its body. */
enum BodyKind {
  JSON,
  NDJSON,
  OTHER;

  private static final Set<String> UTF8 = Set.of("utf-8", "\"utf-8\"", "utf8");

  /** The kind that a {@code Content-Type} header names; a charset must be UTF-8. */
  static BodyKind of(@Nullable String contentType) {
    if (contentType == null) {
      return OTHER;
    }
    if (contentType.equals("application/json")) {
      return JSON;
    }
    var parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      var parameter = parts[i].strip();
      if (parameter.startsWith("charset=") && !UTF8.contains(parameter.substring(8).strip())) {
        return OTHER;
      }
    }
    return switch (parts[0].strip()) {
      case "application/json" -> JSON;
      case "application/x-ndjson", "application/ndjson" -> NDJSON;
      default -> OTHER;
    };
  }
}
