package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;

/** Errors of attempts for those who see no payloads: what a handler says may repeat one. */
final class ErrorJson {
  /** What the engine itself says of an error; a fingerprint tells nothing of what it is made of. */
  private static final Set<String> PLAIN = Set.of("attempt", "at", "category", "fingerprint");

  /**
   * Writes an array of errors without messages and stacks.
   *
   * @param errors as they are kept
   */
  static void bare(JsonGenerator out, String errors) throws IOException {
    out.writeStartArray();
    try (var in = JsonBody.JSON.createParser(errors)) {
      in.nextToken();
      while (in.nextToken() == JsonToken.START_OBJECT) {
        out.writeStartObject();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
          var name = in.currentName();
          in.nextToken();
          if (PLAIN.contains(name)) {
            out.writeFieldName(name);
            out.copyCurrentStructure(in);
          } else {
            in.skipChildren();
          }
        }
        out.writeEndObject();
      }
    }
    out.writeEndArray();
  }

  private ErrorJson() {}
}
