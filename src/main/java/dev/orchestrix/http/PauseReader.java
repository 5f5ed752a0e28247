package dev.orchestrix.http;

import dev.orchestrix.tenant.Pause;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code {"by": "ann", "why": "a leak", "until": "2026-12-01T00:00:00Z"}}, all optional. */
final class PauseReader {
  private static final int DEPTH = 4;

  private final ObjectReader reader;
  private final InstantSource clock;
  private @Nullable String by;
  private @Nullable String why;
  private @Nullable Instant until;

  /**
   * @param body no bytes for none
   */
  PauseReader(byte[] body, InstantSource clock) {
    this.reader = new ObjectReader(body.length == 0 ? new byte[] {'{', '}'} : body, DEPTH);
    this.clock = clock;
  }

  /** What is wrong with the document, if anything. */
  Optional<Problem> problem() {
    return reader.read(this::field, () -> {});
  }

  @Nullable String by() {
    return by;
  }

  @Nullable String why() {
    return why;
  }

  @Nullable Instant until() {
    return until;
  }

  private void field(String name) throws JsonFault {
    switch (name) {
      case "by" -> by = text();
      case "why" -> why = text();
      case "until" -> until = time();
      default -> reader.unknown();
    }
  }

  private @Nullable String text() throws JsonFault {
    var text = reader.field().text();
    if (text == null) {
      return null;
    }
    int length = text.codePointCount(0, text.length());
    boolean printable = text.chars().noneMatch(c -> c != 0 && Character.isISOControl(c));
    if (length == 0 || length > Pause.LONGEST_TEXT || !printable) {
      wrong(
          ProblemCode.INVALID_VALUE,
          "expected 1 to " + Pause.LONGEST_TEXT + " characters, none of them a control character");
      return null;
    }
    return text;
  }

  private @Nullable Instant time() throws JsonFault {
    var text = reader.field().text();
    if (text == null) {
      return null;
    }
    try {
      var time = OffsetDateTime.parse(text).toInstant();
      if (time.isAfter(clock.instant())) {
        return time;
      }
      wrong(ProblemCode.OUT_OF_RANGE, "expected a time that is still to come");
    } catch (DateTimeException notATime) {
      wrong(ProblemCode.INVALID_VALUE, "expected a time of RFC 3339, such as 2026-01-31T12:00:00Z");
    }
    return null;
  }

  private void wrong(ProblemCode code, String detail) {
    reader.violations().add(code, detail);
  }
}
