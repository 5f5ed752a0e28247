package dev.orchestrix.http;

import dev.orchestrix.transition.CancelRequest;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The fields {@code reason} and {@code grace}, which both calls that cancel have. */
final class CancelDraft {
  static final int LONGEST_REASON = 500;
  static final Duration LONGEST_GRACE = Duration.ofMinutes(5);

  private static final String USUAL_REASON = "cancelled by request";

  private final @Nullable ObjectReader reader;
  private String reason = USUAL_REASON;
  private Duration grace = CancelRequest.USUAL_GRACE;

  /**
   * @param reader of the body, or null if there is none
   */
  CancelDraft(@Nullable ObjectReader reader) {
    this.reader = reader;
  }

  CancelRequest request(UUID job) {
    return new CancelRequest(job, reason, grace);
  }

  /** Reads one of its fields; notes any other as unknown. */
  void read(String name) throws JsonFault {
    if (reader == null) {
      throw new IllegalStateException("there is nothing to read");
    }
    switch (name) {
      case "reason" -> reason(reader);
      case "grace" -> {
        var given = reader.field().duration(Duration.ZERO, LONGEST_GRACE);
        grace = given == null ? CancelRequest.USUAL_GRACE : given;
      }
      default -> reader.unknown();
    }
  }

  private void reason(ObjectReader from) throws JsonFault {
    var text = from.field().text();
    if (text == null) {
      return;
    }
    boolean printable = text.chars().noneMatch(c -> c != 0 && Character.isISOControl(c));
    int length = text.codePointCount(0, text.length());
    if (length == 0 || length > LONGEST_REASON || !printable) {
      from.violations()
          .add(
              ProblemCode.INVALID_VALUE,
              "expected 1 to " + LONGEST_REASON + " characters, none of them a control character");
      return;
    }
    reason = text;
  }
}
