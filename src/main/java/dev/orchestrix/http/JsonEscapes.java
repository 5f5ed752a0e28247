package dev.orchestrix.http;

import java.nio.charset.StandardCharsets;

/** The text that a JSON string with escapes means. */
final class JsonEscapes {

  /** Decodes what is between the quotes of a string that has been checked. */
  static String decode(byte[] bytes, int from, int to) {
    String raw = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    var text = new StringBuilder(raw.length());
    int done = 0;
    for (int slash = raw.indexOf('\\'); slash >= 0; slash = raw.indexOf('\\', done)) {
      text.append(raw, done, slash);
      char escaped = raw.charAt(slash + 1);
      text.append(escaped == 'u' ? unit(raw, slash + 2) : plain(escaped));
      done = slash + (escaped == 'u' ? 6 : 2);
    }
    return text.append(raw, done, raw.length()).toString();
  }

  private static char unit(String raw, int digits) {
    return (char) Integer.parseInt(raw, digits, digits + 4, 16);
  }

  private static char plain(char escaped) {
    return switch (escaped) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> escaped;
    };
  }

  private JsonEscapes() {}
}
