package dev.orchestrix.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value in the one form that all texts of it share: members sorted by name, no whitespace,
 * escapes undone. Numbers stay as they are written: 1 and 1.0 are not the same.
 */
sealed interface CanonicalJson {

  /** A number, a string or a word. */
  record Scalar(String text) implements CanonicalJson {}

  record Array(List<CanonicalJson> elements) implements CanonicalJson {}

  record Members(SortedMap<String, CanonicalJson> members) implements CanonicalJson {}

  /** Reads a text in which nothing is wrong. */
  static CanonicalJson of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      return read(
          new JsonCursor(bytes, 0, bytes.length, JobReader.PAYLOAD_DEPTH, new Violations()));
    } catch (JsonFault fault) {
      throw new IllegalStateException("the text was read before", fault);
    }
  }

  private static CanonicalJson read(JsonCursor json) throws JsonFault {
    return switch (json.kind()) {
      case '{' -> {
        var members = new TreeMap<String, CanonicalJson>();
        for (var name = json.firstName(); name != null; name = json.nextName()) {
          members.put(name, read(json));
        }
        yield new Members(members);
      }
      case '[' -> {
        var elements = new ArrayList<CanonicalJson>();
        for (boolean more = json.firstElement(); more; more = json.nextElement()) {
          elements.add(read(json));
        }
        yield new Array(elements);
      }
      case '"' -> new Scalar(quoted(json.string()));
      default -> {
        int from = json.start();
        json.skip();
        yield new Scalar(
            new String(json.bytes, from, json.position() - from, StandardCharsets.ISO_8859_1));
      }
    };
  }

  /** The value of a member, or null if this is no object or has no such member. */
  default @Nullable CanonicalJson member(String name) {
    return this instanceof Members(var members) ? members.get(name) : null;
  }

  /** Appends the text. */
  default void write(StringBuilder out) {
    switch (this) {
      case Scalar(var text) -> out.append(text);
      case Array(var elements) -> {
        out.append('[');
        elements.forEach(
            element -> {
              element.write(out);
              out.append(',');
            });
        out.append(']');
      }
      case Members(var members) -> {
        out.append('{');
        members.forEach(
            (name, value) -> {
              out.append(quoted(name)).append(':');
              value.write(out);
              out.append(',');
            });
        out.append('}');
      }
    }
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
