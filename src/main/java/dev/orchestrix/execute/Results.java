package dev.orchestrix.execute;

import com.fasterxml.jackson.core.JsonFactory;
import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a handler answered, checked before it is stored and later sent as JSON. */
final class Results {
  private static final int MOST_BYTES = 256 * 1024;
  private static final JsonFactory JSON = new JsonFactory();

  /** Success, or a failure that is not tried again when the result is too large or not JSON. */
  static Outcome checked(@Nullable String result) {
    if (result == null) {
      return new Outcome.Succeeded(null);
    }
    int bytes = result.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MOST_BYTES) {
      return refused("the result has " + bytes + " bytes; at most " + MOST_BYTES + " are kept");
    }
    try (var parser = JSON.createParser(result)) {
      if (parser.nextToken() == null) {
        return refused("the result is empty; JSON was expected");
      }
      parser.skipChildren();
      return parser.nextToken() == null
          ? new Outcome.Succeeded(result)
          : refused("the result is more than one JSON value");
    } catch (IOException notJson) {
      return refused("the result is not JSON: " + notJson.getMessage());
    }
  }

  private static Outcome refused(String why) {
    return new Outcome.Failed(ErrorCategory.REJECTED, why, null, false, null);
  }

  private Results() {}
}
