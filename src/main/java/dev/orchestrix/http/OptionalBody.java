package dev.orchestrix.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.function.Consumer;

/** The body of a call that may also come without one. */
final class OptionalBody {
  private final Budget budget;
  private final int maxBody;

  OptionalBody(Budget budget, int maxBody) {
    this.budget = budget;
    this.maxBody = maxBody;
  }

  /** Hands the body on, or no bytes when there is none; answers by itself what is wrong with it. */
  void read(RoutingContext context, Consumer<byte[]> use) {
    var response = context.response();
    if (!announced(context.request())) {
      new QueryReader(context.queryParams(), Set.of())
          .problem()
          .ifPresentOrElse(
              problem -> Answers.problem(response, problem), () -> use.accept(new byte[0]));
      return;
    }
    BodyReader.json(context.request(), maxBody, budget)
        .onSuccess(
            body -> {
              switch (body) {
                case Body.Refused(var problem) -> Answers.problem(response, problem);
                case Body.Whole(var bytes) -> {
                  budget.give(bytes.length());
                  use.accept(bytes.getBytes());
                }
              }
            });
  }

  private static boolean announced(HttpServerRequest request) {
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
        || (length != null && !length.equals("0"));
  }
}
