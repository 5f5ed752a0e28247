package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON texts that are sent. */
final class JsonBody {
  static final JsonFactory JSON = new JsonFactory();

  /** Writes the members of one object. */
  interface Members {
    void writeTo(JsonGenerator out) throws IOException;
  }

  /** An object with these members. */
  static Buffer of(Members members) {
    var bytes = new ByteArrayOutputStream(512);
    try (var out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      members.writeTo(out);
      out.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Buffer.buffer(bytes.toByteArray());
  }

  private JsonBody() {}
}
