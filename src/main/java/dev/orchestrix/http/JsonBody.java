package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;

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

  /** Writes the members of one of many. */
  interface Item<T> {
    void writeTo(JsonGenerator out, T item) throws IOException;
  }

  /** An object with all of these as its {@code items}. */
  static <T> Buffer items(List<T> all, Item<T> form) {
    return of(out -> items(out, all, form));
  }

  /**
   * An object with a page of {@code items} and its {@code next_cursor}.
   *
   * @param found those of the page, and one more if there are more
   * @param cursor where the list goes on behind the last of the page
   */
  static <T> Buffer page(List<T> found, int limit, Item<T> form, Function<T, String> cursor) {
    var page = found.subList(0, Math.min(limit, found.size()));
    return of(
        out -> {
          items(out, page, form);
          out.writeStringField(
              "next_cursor", found.size() > limit ? cursor.apply(page.getLast()) : null);
        });
  }

  private static <T> void items(JsonGenerator out, List<T> all, Item<T> form) throws IOException {
    out.writeArrayFieldStart("items");
    for (var one : all) {
      out.writeStartObject();
      form.writeTo(out, one);
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private JsonBody() {}
}
