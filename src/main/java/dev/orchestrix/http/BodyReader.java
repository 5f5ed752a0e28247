package dev.orchestrix.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Gathers the body of a call that is not streamed. */
final class BodyReader {
  private final int limit;
  private final Budget budget;
  private final Promise<Body> outcome = Promise.promise();
  private Buffer gathered = Buffer.buffer(0);
  private boolean own;

  private BodyReader(int limit, Budget budget) {
    this.limit = limit;
    this.budget = budget;
  }

  /**
   * Reads the body, which must be JSON, and takes its length from the budget: whoever gets it whole
   * gives that back. The future never fails, and never completes if the client goes away.
   *
   * @param limit most bytes that are read
   */
  static Future<Body> json(HttpServerRequest request, int limit, Budget budget) {
    return json(request, limit, budget, refusedByHead(request, limit));
  }

  /** The same for a call that has query parameters, which it has read. */
  static Future<Body> jsonBesideQuery(HttpServerRequest request, int limit, Budget budget) {
    return json(request, limit, budget, refusedByHeaders(request, limit));
  }

  private static Future<Body> json(
      HttpServerRequest request, int limit, Budget budget, @Nullable Problem known) {
    var refused = known;
    if (refused == null
        && BodyKind.of(request.getHeader(HttpHeaders.CONTENT_TYPE)) != BodyKind.JSON) {
      refused =
          Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "expected application/json in UTF-8");
    }
    if (refused == null && budget.spent()) {
      refused = overloaded();
    }
    if (refused != null) {
      return Future.succeededFuture(new Body.Refused(refused));
    }
    return new BodyReader(limit, budget).read(request);
  }

  /** What is wrong with the head of a request with a body, or null; asks for an awaited body. */
  static @Nullable Problem refusedByHead(HttpServerRequest request, long limit) {
    if (request.query() != null && !request.query().isEmpty()) {
      return Problem.of(ProblemCode.UNKNOWN_PARAMETER, "this call has no query parameters");
    }
    return refusedByHeaders(request, limit);
  }

  private static @Nullable Problem refusedByHeaders(HttpServerRequest request, long limit) {
    var encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      return Problem.of(ProblemCode.UNSUPPORTED_ENCODING, "send the body as it is, not compressed");
    }
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && (length.length() > 18 || Long.parseLong(length) > limit)) {
      return tooLarge(limit);
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      request.response().writeContinue();
    }
    return null;
  }

  private Future<Body> read(HttpServerRequest request) {
    request.handler(this::more).exceptionHandler(_ -> drop()).endHandler(_ -> end());
    return outcome.future();
  }

  private void more(Buffer piece) {
    if (outcome.future().isComplete()) {
      return; // the answer is out already; what still comes is read past
    }
    budget.take(piece.length());
    gather(piece);
    if (gathered.length() > limit) {
      drop();
      outcome.complete(new Body.Refused(tooLarge(limit)));
    } else if (budget.spent()) {
      drop();
      outcome.complete(new Body.Refused(overloaded()));
    }
  }

  /** Most bodies come in one piece, which is not copied. */
  private void gather(Buffer piece) {
    if (gathered.length() == 0) {
      gathered = piece;
      return;
    }
    if (!own) {
      gathered = Buffer.buffer(2 * (gathered.length() + piece.length())).appendBuffer(gathered);
      own = true;
    }
    gathered.appendBuffer(piece);
  }

  private void end() {
    var whole = gathered;
    gathered = Buffer.buffer(0); // the budget is the receiver's from here on
    outcome.tryComplete(new Body.Whole(whole));
  }

  private void drop() {
    budget.give(gathered.length());
    gathered = Buffer.buffer(0);
  }

  private static Problem tooLarge(long limit) {
    return Problem.of(ProblemCode.TOO_LARGE, "more than " + limit + " bytes");
  }

  private static Problem overloaded() {
    return Problem.of(
        ProblemCode.OVERLOADED, "too many jobs are waiting to be written; send them again later");
  }
}
