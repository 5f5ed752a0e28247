package dev.orchestrix.handler;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/** The lines of what comes in pieces, each as soon as it is whole; blank ones are left out. */
final class Lines {

  /** More of one line is left out. */
  private static final int KEPT_BYTES = 2048;

  private final Consumer<String> each;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  Lines(Consumer<String> each) {
    this.each = each;
  }

  void take(byte[] bytes, int length) {
    int from = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\n') {
        keep(bytes, from, i);
        end();
        from = i + 1;
      }
    }
    keep(bytes, from, length);
  }

  /** Nothing more comes: what has no line feed behind it is a line too. */
  void end() {
    var text = line.toString(UTF_8);
    line.reset();
    if (!text.isBlank()) {
      each.accept(text.stripTrailing());
    }
  }

  private void keep(byte[] bytes, int from, int to) {
    line.write(bytes, from, Math.min(to - from, KEPT_BYTES - line.size()));
  }
}
