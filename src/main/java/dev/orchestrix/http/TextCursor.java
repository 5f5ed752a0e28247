package dev.orchestrix.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Where a list goes on that is in the order of names, as {@link Cursor} is for ids. */
final class TextCursor {
  /** In no name. */
  private static final String BETWEEN = "\n";

  static String write(String... names) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(String.join(BETWEEN, names).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * What {@link #write} wrote, or nothing for anything else.
   *
   * @param names how many were written
   */
  static Optional<List<String>> read(String text, int names) {
    try {
      var bytes = Base64.getUrlDecoder().decode(text);
      var all = new String(bytes, StandardCharsets.UTF_8);
      var found = List.of(all.split(BETWEEN, -1));
      return Optional.of(found).filter(them -> them.size() == names && all.indexOf('\0') < 0);
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private TextCursor() {}
}
