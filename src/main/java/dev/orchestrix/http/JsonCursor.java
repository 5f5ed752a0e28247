package dev.orchestrix.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Walks one JSON text from value to value, checking all of it, and decodes only what is asked for.
 *
 * <p>Not Jackson's parser, because that keeps the names of all documents in one table: twenty
 * thousand names in a single payload cost it 5 to 60 ms of an event loop, and this one 2.
 */
final class JsonCursor extends JsonScanner {
  private final Names[] names;
  private int depth;

  /**
   * @param deepest containers that may be open at once
   * @param violations notes what can be read past
   */
  JsonCursor(byte[] bytes, int from, int to, int deepest, Violations violations) {
    super(bytes, from, to, violations);
    this.names = new Names[deepest];
  }

  /**
   * The kind of the value that comes next.
   *
   * @return <code>{ [ " t f n</code> as they are, {@code 0} for a number
   */
  char kind() throws JsonFault {
    int b = token();
    if (b == '-' || (b >= '0' && b <= '9')) {
      return '0';
    }
    if (b == '{' || b == '[' || b == '"' || b == 't' || b == 'f' || b == 'n') {
      return (char) b;
    }
    throw fault("expected a value");
  }

  /** Whether there is nothing but whitespace left. */
  boolean atEnd() {
    return token() < 0;
  }

  /** The place of the next value's first byte. */
  int start() {
    passWhitespace();
    return at;
  }

  /** The place after the value that was read last. */
  int position() {
    return at;
  }

  /** Enters an object: its first name, or null if it is empty and left again. */
  @Nullable String firstName() throws JsonFault {
    enter();
    if (token() == '}') {
      leave();
      return null;
    }
    return name();
  }

  /** The next name of the innermost object, or null at its end, which is then left. */
  @Nullable String nextName() throws JsonFault {
    return next('}') ? name() : null;
  }

  /** Enters an array: whether it has a first element; if not it is left again. */
  boolean firstElement() throws JsonFault {
    enter();
    if (token() == ']') {
      leave();
      return false;
    }
    return true;
  }

  /** Whether the innermost array has another element; if not it is left. */
  boolean nextElement() throws JsonFault {
    return next(']');
  }

  /** Passes over a value of any kind. */
  void skip() throws JsonFault {
    switch (kind()) {
      case '{' -> skipObject();
      case '[' -> skipArray();
      case '"' -> passString();
      case '0' -> passNumber();
      case 't' -> passWord("true");
      case 'f' -> passWord("false");
      default -> passWord("null");
    }
  }

  /** The string that comes next, decoded. */
  String string() throws JsonFault {
    int from = start() + 1;
    boolean escapes = passString();
    return escapes
        ? JsonEscapes.decode(bytes, from, at - 1)
        : new String(bytes, from, at - 1 - from, StandardCharsets.UTF_8);
  }

  /** The number that comes next as it is written, or null if it is too long, which is noted. */
  @Nullable String number() throws JsonFault {
    int from = start();
    return passNumber() ? new String(bytes, from, at - from, StandardCharsets.ISO_8859_1) : null;
  }

  private void skipObject() throws JsonFault {
    for (var name = firstName(); name != null; name = nextName()) {
      skip();
    }
  }

  private void skipArray() throws JsonFault {
    for (boolean more = firstElement(); more; more = nextElement()) {
      skip();
    }
  }

  private void enter() throws JsonFault {
    if (depth == names.length) {
      throw new JsonFault(
          ProblemCode.TOO_DEEP, "more than " + depth + " objects and arrays open" + where(at));
    }
    depth++;
    at++;
  }

  private void leave() {
    depth--;
    at++;
    Names ended = names[depth];
    if (ended != null) {
      ended.clear();
    }
  }

  private boolean next(char close) throws JsonFault {
    int b = token();
    if (b == close) {
      leave();
      return false;
    }
    if (b != ',') {
      throw fault("expected a comma or " + close);
    }
    at++;
    return true;
  }

  private String name() throws JsonFault {
    if (token() != '"') {
      throw fault("expected a name in quotes");
    }
    int from = at;
    String name = string();
    if (token() != ':') {
      throw fault("expected a colon");
    }
    at++;
    if (!namesHere().add(name)) {
      violations.add(
          ProblemCode.DUPLICATE_KEY, "\"" + Violations.shown(name) + "\" again" + where(from));
    }
    return name;
  }

  private Names namesHere() {
    Names here = names[depth - 1];
    if (here == null) {
      here = new Names();
      names[depth - 1] = here;
    }
    return here;
  }
}
