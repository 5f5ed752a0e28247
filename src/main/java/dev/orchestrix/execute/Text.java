package dev.orchestrix.execute;

import org.jspecify.annotations.Nullable;

/** Foreign text as it may be stored: bounded, and without the NUL that Postgres refuses. */
final class Text {

  /** At most {@code length} characters of it. */
  static String kept(@Nullable String text, int length) {
    if (text == null) {
      return "";
    }
    var clean = text.indexOf('\0') < 0 ? text : text.replace('\0', '\ufffd');
    return clean.length() <= length ? clean : clean.substring(0, length - 1) + '…';
  }

  private Text() {}
}
