package dev.orchestrix.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;

/**
 * Passes over the strings, numbers and words of a JSON text, as strictly as RFC 8259 and UTF-8 have
 * them, and copies nothing.
 *
 * <p>What cannot be stored or sent on, but can be read past, is noted and not thrown: U+0000, half
 * surrogate pairs, endless numbers.
 */
abstract sealed class JsonScanner permits JsonCursor {
  private static final int LONGEST_NUMBER = 100;

  /** What a string may hold that needs no second look. */
  private static final boolean[] PLAIN = new boolean[256];

  static {
    Arrays.fill(PLAIN, ' ', 0x80, true);
    PLAIN['"'] = false;
    PLAIN['\\'] = false;
  }

  final byte[] bytes;
  final Violations violations;
  private final int start;
  private final int end;
  int at;

  JsonScanner(byte[] bytes, int from, int to, Violations violations) {
    this.bytes = bytes;
    this.start = from;
    this.end = to;
    this.at = from;
    this.violations = violations;
  }

  /** Goes to the next byte that is no whitespace. */
  final void passWhitespace() {
    while (at < end && isWhitespace(bytes[at])) {
      at++;
    }
  }

  /** The next byte that is no whitespace, or -1 at the end. */
  final int token() {
    passWhitespace();
    return at < end ? bytes[at] & 0xff : -1;
  }

  /** Whether the byte may stand between the tokens of a JSON text. */
  static boolean isWhitespace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /**
   * Passes over a string; the opening quote is the present byte.
   *
   * @return whether it has escapes
   */
  @CanIgnoreReturnValue
  final boolean passString() throws JsonFault {
    boolean escapes = false;
    for (at = plainUntil(at + 1); at < end; at = plainUntil(at)) {
      byte b = bytes[at];
      if (b == '"') {
        at++;
        return escapes;
      }
      if (b == '\\') {
        escapes = true;
        passEscape();
      } else if (b < 0) {
        passCharacter();
      } else {
        throw control(b);
      }
    }
    throw fault("the string is not closed");
  }

  /**
   * Passes over a number.
   *
   * @return whether it is short enough to be read
   */
  @CanIgnoreReturnValue
  final boolean passNumber() throws JsonFault {
    int from = at;
    if (bytes[at] == '-') {
      at++;
    }
    if (at < end && bytes[at] == '0') {
      at++;
    } else {
      passDigits();
    }
    if (at < end && bytes[at] == '.') {
      at++;
      passDigits();
    }
    passExponent();
    if (at - from <= LONGEST_NUMBER) {
      return true;
    }
    violations.add(
        ProblemCode.NUMBER_TOO_LONG, "more than " + LONGEST_NUMBER + " characters" + where(from));
    return false;
  }

  final void passWord(String word) throws JsonFault {
    for (int i = 0; i < word.length(); i++) {
      if (at + i >= end || bytes[at + i] != word.charAt(i)) {
        throw fault("expected " + word);
      }
    }
    at += word.length();
  }

  final JsonFault fault(String detail) {
    return new JsonFault(ProblemCode.INVALID_JSON, detail + (at < end ? where(at) : " at the end"));
  }

  /** The place of a byte in words, counted from the start of the document. */
  final String where(int position) {
    return " at byte " + (position - start);
  }

  /** The next byte from there that is no printable ASCII, a quote or a backslash. */
  private int plainUntil(int from) {
    int i = from;
    while (i < end && PLAIN[bytes[i] & 0xff]) {
      i++;
    }
    return i;
  }

  private void passDigits() throws JsonFault {
    int from = at;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    if (at == from) {
      throw fault("expected a digit");
    }
  }

  private void passExponent() throws JsonFault {
    if (at < end && (bytes[at] | 0x20) == 'e') {
      at++;
      if (at < end && (bytes[at] == '+' || bytes[at] == '-')) {
        at++;
      }
      passDigits();
    }
  }

  private void passEscape() throws JsonFault {
    byte escaped = at + 1 < end ? bytes[at + 1] : 0;
    if (escaped == 'u') {
      passUnit();
    } else if ("\"\\/bfnrt".indexOf(escaped) >= 0) {
      at += 2;
    } else {
      throw fault("unknown escape");
    }
  }

  private void passUnit() throws JsonFault {
    int from = at;
    int unit = unit(at);
    at += 6;
    if (unit == 0) {
      violations.add(ProblemCode.NUL_CHARACTER, "the escape \\u0000" + where(from));
    } else if (unit >= 0xd800 && unit <= 0xdfff && !(unit < 0xdc00 && lowFollows())) {
      violations.add(ProblemCode.LONE_SURROGATE, "half a surrogate pair" + where(from));
    } else if (unit >= 0xd800 && unit < 0xdc00) {
      at += 6;
    }
  }

  private boolean lowFollows() throws JsonFault {
    if (at + 1 >= end || bytes[at] != '\\' || bytes[at + 1] != 'u') {
      return false;
    }
    int next = unit(at);
    return next >= 0xdc00 && next <= 0xdfff;
  }

  private int unit(int escape) throws JsonFault {
    int unit = 0;
    for (int i = escape + 2; i < escape + 6; i++) {
      int digit = i < end ? Character.digit(bytes[i], 16) : -1;
      if (digit < 0) {
        throw fault("expected four hexadecimal digits after \\u");
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  /** One character of several bytes: no overlong form, no surrogate, nothing above U+10FFFF. */
  private void passCharacter() throws JsonFault {
    int lead = bytes[at] & 0xff;
    int second = at + 1 < end ? bytes[at + 1] & 0xff : 0;
    int length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    int least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    int most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    boolean valid = lead >= 0xc2 && lead <= 0xf4 && second >= least && second <= most;
    for (int i = at + 2; valid && i < at + length; i++) {
      valid = i < end && (bytes[i] & 0xc0) == 0x80;
    }
    if (!valid) {
      throw new JsonFault(ProblemCode.INVALID_UTF8, "not UTF-8" + where(at));
    }
    at += length;
  }

  private JsonFault control(byte b) {
    return b == 0
        ? new JsonFault(ProblemCode.NUL_CHARACTER, "the character U+0000" + where(at))
        : fault("a control character must be escaped");
  }
}
