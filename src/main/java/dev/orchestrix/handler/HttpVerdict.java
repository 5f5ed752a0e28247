package dev.orchestrix.handler;

import dev.orchestrix.execute.HandlerException;
import java.time.Instant;

/** What the last answer to a request means for the job. */
final class HttpVerdict {
  private static final int QUOTED_CHARS = 200;

  /**
   * @return the job's result, if the answer is a success
   * @throws HandlerException retryable after 408, 429 and 5xx; otherwise permanent
   */
  static String of(HttpCall call, HttpAnswer answer, Instant now) throws HandlerException {
    int status = answer.status();
    if (status >= 200 && status < 300) {
      return answer.toJson();
    }
    var message = message(call, answer);
    throw switch (status) {
      case 503 -> later(message, answer, now);
      // whoever answers like this is there, and means this request
      case 429 -> later(message, answer, now).ofWhatWorks();
      case 408 -> HandlerException.retryable(message, null).ofWhatWorks();
      default ->
          status >= 500
              ? HandlerException.retryable(message, null)
              : HandlerException.permanent(message);
    };
  }

  private static HandlerException later(String message, HttpAnswer answer, Instant now) {
    return answer
        .header("retry-after")
        .flatMap(header -> RetryAfter.parse(header, now))
        .map(wait -> HandlerException.retryAfter(message, wait))
        .orElseGet(() -> HandlerException.retryable(message, null));
  }

  private static String message(HttpCall call, HttpAnswer answer) {
    var quoted = quote(answer.body());
    return call + " was answered " + answer.status() + (quoted.isEmpty() ? "" : ": " + quoted);
  }

  private static String quote(HttpAnswer.Body body) {
    if (body.binary()) {
      return "";
    }
    var line = body.text().replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    return line.codePointCount(0, line.length()) <= QUOTED_CHARS
        ? line
        : line.substring(0, line.offsetByCodePoints(0, QUOTED_CHARS)) + "...";
  }

  private HttpVerdict() {}
}
