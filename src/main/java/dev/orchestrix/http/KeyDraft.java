package dev.orchestrix.http;

import org.jspecify.annotations.Nullable;

/** The key of a submission as it is read: from the header, the body, or both. */
final class KeyDraft {
  static final int LONGEST = 255;

  private final FieldReader field;
  private final Violations violations;
  private final @Nullable String header;
  private @Nullable String body;

  /**
   * @param header the value of the header, or null
   */
  KeyDraft(FieldReader field, Violations violations, @Nullable String header) {
    this.field = field;
    this.violations = violations;
    this.header = header == null ? null : unquoted(header);
  }

  /** Reads the field of the body. */
  void read() throws JsonFault {
    String text = field.text();
    if (text != null && !fits(text)) {
      violations.add(
          ProblemCode.INVALID_VALUE,
          "expected 1 to " + LONGEST + " characters, none of them a control character");
      return;
    }
    body = text;
  }

  /** Notes what is wrong with the header, or with both together. */
  void check() {
    if (header == null) {
      return;
    }
    violations.at("idempotency_key");
    if (!fits(header) || header.chars().anyMatch(c -> c > '~')) {
      violations.add(
          ProblemCode.INVALID_VALUE,
          "expected 1 to " + LONGEST + " printable ASCII characters in the header Idempotency-Key");
    } else if (body != null && !body.equals(header)) {
      violations.add(ProblemCode.CONFLICT, "the header Idempotency-Key has another key");
    }
    violations.atRoot();
  }

  /** The key, or null if there is none. */
  @Nullable String key() {
    return header != null ? header : body;
  }

  /** The draft of the header's standard wants quotes, most clients send none. */
  private static String unquoted(String text) {
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  /** A NUL has been noted by whoever read the string. */
  private static boolean fits(String key) {
    return !key.isEmpty()
        && key.codePointCount(0, key.length()) <= LONGEST
        && key.chars().noneMatch(c -> c != 0 && Character.isISOControl(c));
  }
}
