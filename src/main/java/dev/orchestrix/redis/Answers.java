package dev.orchestrix.redis;

import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/** What the scripts answer: numbers and texts at known places. */
public final class Answers {

  /**
   * @throws IllegalStateException if there is no number there: the script is not the one expected
   */
  public static long number(@Nullable Response answer, int place) {
    return number(answer == null ? null : answer.get(place));
  }

  /** The whole answer as a number. */
  static long number(@Nullable Response answer) {
    var number = answer == null ? null : answer.toLong();
    if (number == null) {
      throw new IllegalStateException("redis answered no number where one was expected");
    }
    return number;
  }

  static String text(Response answer, int place) {
    return String.valueOf(answer.get(place));
  }

  private Answers() {}
}
