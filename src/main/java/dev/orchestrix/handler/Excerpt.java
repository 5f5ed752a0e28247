package dev.orchestrix.handler;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.Optional;

/**
 * The beginning of a text that came from outside, short enough for a result.
 *
 * @param cut whether more followed
 */
record Excerpt(String text, boolean cut) {

  /** As {@link #exactly}, but bytes that mean nothing become U+FFFD. */
  static Excerpt leniently(byte[] bytes, Charset charset, boolean more, int room) {
    return decode(bytes, charset, more, CodingErrorAction.REPLACE)
        .map(text -> within(room, text, more))
        .orElseThrow();
  }

  /**
   * The text that {@code bytes} mean, or nothing if they are no text of that charset.
   *
   * @param more whether bytes followed these; a character that is cut in two is then left out
   * @param room most bytes that the text may take inside JSON, where control characters take six
   */
  static Optional<Excerpt> exactly(byte[] bytes, Charset charset, boolean more, int room) {
    return decode(bytes, charset, more, CodingErrorAction.REPORT)
        .map(text -> within(room, text, more));
  }

  private static Optional<String> decode(
      byte[] bytes, Charset charset, boolean more, CodingErrorAction onError) {
    var decoder = charset.newDecoder().onMalformedInput(onError).onUnmappableCharacter(onError);
    var chars = CharBuffer.allocate((int) Math.ceil(bytes.length * decoder.maxCharsPerByte()) + 1);
    var decoded = decoder.decode(ByteBuffer.wrap(bytes), chars, !more);
    if (decoded.isError()) {
      return Optional.empty();
    }
    if (!more) {
      decoder.flush(chars);
    }
    return Optional.of(chars.flip().toString());
  }

  private static Excerpt within(int room, String text, boolean more) {
    int end = 0;
    int taken = 0;
    while (end < text.length()) {
      int character = text.codePointAt(end);
      taken += bytesInJson(character);
      if (taken > room) {
        return new Excerpt(text.substring(0, end), true);
      }
      end += Character.charCount(character);
    }
    return new Excerpt(text, more);
  }

  private static int bytesInJson(int character) {
    return switch (character) {
      case '\b', '\t', '\n', '\f', '\r', '"', '\\' -> 2;
      default -> character < 0x20 ? 6 : bytesInUtf8(character);
    };
  }

  private static int bytesInUtf8(int character) {
    if (character < 0x80) {
      return 1;
    }
    if (character < 0x800) {
      return 2;
    }
    return Character.isBmpCodePoint(character) ? 3 : 4;
  }
}
