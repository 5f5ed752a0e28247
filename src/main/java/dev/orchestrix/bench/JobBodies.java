package dev.orchestrix.bench;

import io.vertx.core.buffer.Buffer;
import java.util.Collections;

/** Request bodies, made once before the clock runs. */
final class JobBodies {
  /** What the jobs are: they do nothing. */
  static final String TYPE = "noop";

  /** The shortest payload: a JSON string without characters. */
  static final int SHORTEST = 2;

  static final int LONGEST = 100_000;

  /**
   * A JSON text of that length.
   *
   * @param bytes {@link #SHORTEST} to {@link #LONGEST}
   */
  static String payload(int bytes) {
    return '"' + "x".repeat(bytes - SHORTEST) + '"';
  }

  /** One job. */
  static Buffer one(int payloadBytes) {
    return Buffer.buffer(job(payloadBytes));
  }

  /** A JSON array of {@code count} jobs. */
  static Buffer array(int count, int payloadBytes) {
    return Buffer.buffer(
        "[" + String.join(",", Collections.nCopies(count, job(payloadBytes))) + "]");
  }

  private static String job(int payloadBytes) {
    return "{\"type\":\"" + TYPE + "\",\"payload\":" + payload(payloadBytes) + "}";
  }

  private JobBodies() {}
}
