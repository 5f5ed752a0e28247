package dev.orchestrix.handler;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The host and port that a payload's request goes to first; redirects are that host's matter. */
final class HttpDestination {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int LONGEST = 200;

  /** {@code host:port}, or null when the payload does not say: its job will be refused. */
  static @Nullable String of(String payload) {
    try {
      var url = url(payload);
      if (url == null) {
        return null;
      }
      var target = HttpTarget.of(url);
      var name = target.uri().getHost().toLowerCase(Locale.ROOT) + ":" + target.port();
      return name.length() <= LONGEST ? name : null;
    } catch (IOException | IllegalArgumentException unreadable) {
      return null;
    }
  }

  /** Reads no further than the url, and makes nothing of what stands before it. */
  private static @Nullable String url(String payload) throws IOException {
    try (var parser = JSON.createParser(payload)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals("url");
        var value = parser.nextToken();
        if (wanted) {
          return value == JsonToken.VALUE_STRING ? parser.getText() : null;
        }
        parser.skipChildren();
      }
      return null;
    }
  }

  private HttpDestination() {}
}
