package dev.orchestrix.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Answers as every call gives them. A client that has gone away gets none, and that is all. */
final class Answers {
  static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

  private static final CharSequence PROBLEM =
      HttpHeaders.createOptimized("application/problem+json");
  private static final CharSequence CONTENT_TYPE_OPTIONS =
      HttpHeaders.createOptimized("x-content-type-options");
  private static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence CONTENT_POLICY =
      HttpHeaders.createOptimized("content-security-policy");
  private static final CharSequence NOTHING =
      HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'");
  private static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("retry-after");
  private static final CharSequence A_SECOND = HttpHeaders.createOptimized("1");

  /**
   * Begins an answer: status, media type, and that nobody may keep it, guess its type, or run or
   * frame anything that is in it.
   */
  static void head(HttpServerResponse response, int status, CharSequence contentType) {
    response.setStatusCode(status);
    response
        .headers()
        .set(HttpHeaders.CONTENT_TYPE, contentType)
        .set(HttpHeaders.CACHE_CONTROL, NO_STORE)
        .set(CONTENT_TYPE_OPTIONS, NO_SNIFF)
        .set(CONTENT_POLICY, NOTHING);
  }

  /** Begins the answer to a request that was refused. */
  static void problemHead(HttpServerResponse response, Problem problem) {
    head(response, problem.status(), PROBLEM);
    var wait = problem.members().get(Problem.RETRY_AFTER);
    if (wait != null) {
      response.headers().set(RETRY_AFTER, wait);
    } else if (problem.status() == 503) {
      response.headers().set(RETRY_AFTER, A_SECOND);
    }
  }

  static void json(HttpServerResponse response, int status, Buffer body) {
    if (open(response)) {
      head(response, status, JSON);
      response.end(body);
    }
  }

  static void problem(HttpServerResponse response, Problem problem) {
    if (open(response)) {
      problemHead(response, problem);
      response.end(JsonBody.of(problem::writeTo));
    }
  }

  /** Whether there is still somebody to answer, who has no answer yet. */
  static boolean open(HttpServerResponse response) {
    return !response.headWritten() && !response.ended() && !response.closed();
  }

  private Answers() {}
}
