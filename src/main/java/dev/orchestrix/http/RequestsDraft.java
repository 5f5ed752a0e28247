package dev.orchestrix.http;

import dev.orchestrix.core.limit.RateLimit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code {"rate": 50, "burst": 100}}, how many requests somebody may make. */
final class RequestsDraft {
  private final Document document;
  private @Nullable Double rate;
  private @Nullable Integer burst;
  private boolean rateRead;

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
    return rate == null ? null : RateLimit.of(rate, burst);
  }

  private boolean field(String name) throws JsonFault {
    switch (name) {
      case "rate" -> {
        rateRead = document.json.kind() != 'n';
        rate = document.field.number(RateLimit.LEAST_REQUESTS, RateLimit.MOST_RATE);
      }
      case "burst" -> burst = document.field.wholeNumber(1, RateLimit.MOST_BURST);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** What is there and wrong has been noted. */
  private void check() {
    if (!rateRead) {
      document.violations.add(
          ProblemCode.REQUIRED,
          "expected a rate, requests a second, and perhaps a burst, requests at once");
    }
  }
}
