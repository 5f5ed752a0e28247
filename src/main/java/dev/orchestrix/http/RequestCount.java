package dev.orchestrix.http;

import dev.orchestrix.auth.Caller;
import dev.orchestrix.auth.RequestLimits;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;

/**
 * Counts requests, and tells callers with every answer how they stand. Belongs to one event loop.
 *
 * @see <a href="https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-06">The
 *     draft that has these fields; a bucket of tokens is told as a window in which it fills</a>
 */
final class RequestCount {
  private static final CharSequence LIMIT = HttpHeaders.createOptimized("ratelimit-limit");
  private static final CharSequence REMAINING = HttpHeaders.createOptimized("ratelimit-remaining");
  private static final CharSequence RESET = HttpHeaders.createOptimized("ratelimit-reset");
  private static final CharSequence POLICY = HttpHeaders.createOptimized("ratelimit-policy");

  private final RequestLimits limits;

  RequestCount(RequestLimits limits) {
    this.limits = limits;
  }

  /** Counts one request, says so in its answer, and answers it if it is one too many. */
  RequestLimits.Verdict of(HttpServerResponse response, Caller caller) {
    var verdict = limits.ask(caller);
    switch (verdict) {
      case RequestLimits.Within(var standing) -> tell(response, standing);
      case RequestLimits.TooMany(var standing, var pause) -> refuse(response, standing, pause);
      case RequestLimits.Free _, RequestLimits.Later _ -> {}
    }
    return verdict;
  }

  private static void refuse(
      HttpServerResponse response, RequestLimits.Standing standing, Duration pause) {
    tell(response, standing);
    var limit = standing.limit();
    Answers.problem(
        response,
        Problem.of(
                ProblemCode.TOO_MANY_REQUESTS,
                "the key or token may make %s requests a second and %d at once"
                    .formatted(FieldReader.plain(limit.rate()), limit.burst()))
            .with(Problem.RETRY_AFTER, Long.toString(seconds(pause))));
  }

  private static void tell(HttpServerResponse response, RequestLimits.Standing standing) {
    if (!Answers.open(response)) {
      return;
    }
    var limit = standing.limit();
    long window = (long) Math.max(1, Math.ceil(limit.burst() / limit.rate()));
    response
        .headers()
        .set(LIMIT, Integer.toString(limit.burst()))
        .set(REMAINING, Long.toString(standing.remaining()))
        .set(RESET, Long.toString(seconds(standing.untilFull())))
        .set(POLICY, limit.burst() + ";w=" + window);
  }

  /** Begun seconds count. */
  private static long seconds(Duration duration) {
    return duration.plusSeconds(1).minusNanos(1).toSeconds();
  }
}
