package dev.orchestrix.execute;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** JSON that a handler made, checked before it is stored and later sent as it is. */
final class JsonText {
  private static final int DEEPEST = 500;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  /**
   * Why it cannot be stored, or nothing if it is one JSON value of at most {@code most} bytes.
   *
   * @param what it is, as the fault names it
   */
  static Optional<String> fault(String what, String text, int most) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > most) {
      return Optional.of("%s has %d bytes; the limit is %d".formatted(what, bytes, most));
    }
    try (var parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        return Optional.of(what + " is empty; JSON was expected");
      }
      parser.skipChildren();
      return parser.nextToken() == null
          ? Optional.empty()
          : Optional.of(what + " is more than one JSON value");
    } catch (JsonProcessingException notJson) {
      return Optional.of(what + " is not JSON: " + notJson.getOriginalMessage());
    } catch (IOException impossible) {
      throw new IllegalStateException("a string cannot be read", impossible);
    }
  }

  private JsonText() {}
}
