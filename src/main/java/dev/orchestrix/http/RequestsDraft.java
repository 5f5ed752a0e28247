package dev.orchestrix.http;

import dev.orchestrix.core.limit.RateLimit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code {"rate": 50, "burst": 100}}, how many requests somebody may make. */
final class RequestsDraft {
  private static final double LEAST_RATE = 0.001;
  private static final double MOST_RATE = 1e6;
  private static final int MOST_BURST = 1_000_000;

  private final Document document;
  private @Nullable Double rate;
  private @Nullable Integer burst;
  private boolean rateRead;
  private boolean burstRead;

  RequestsDraft(Document document) {
    this.document = document;
  }

  /** The problem of a document of its own, if there is one. */
  Optional<Problem> read() {
    return document.read(this::field, this::check);
  }

  /** Reads it as the present field of the document. */
  void readHere() throws JsonFault {
    if (document.members(this::field)) {
      check();
    }
  }

  /** What was read; null if nothing was. */
  @Nullable RateLimit limit() {
    return rate == null || burst == null ? null : new RateLimit(rate, burst);
  }

  private boolean field(String name) throws JsonFault {
    switch (name) {
      case "rate" -> {
        rateRead = document.json.kind() != 'n';
        rate = document.field.number(LEAST_RATE, MOST_RATE);
      }
      case "burst" -> {
        burstRead = document.json.kind() != 'n';
        burst = document.field.wholeNumber(1, MOST_BURST);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** What is there and wrong has been noted. */
  private void check() {
    if (!rateRead || !burstRead) {
      document.violations.add(
          ProblemCode.REQUIRED,
          "expected a rate, requests a second, and a burst, requests at once");
    }
  }
}
