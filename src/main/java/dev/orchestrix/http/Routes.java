package dev.orchestrix.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/**
 * Sends each request to its call. The two submission calls are found by comparing the path, ahead
 * of the router and its cost.
 */
final class Routes {
  private final Router router;
  private final SubmitJob submitJob;
  private final SubmitBatch submitBatch;
  private final Failures failures;

  Routes(Vertx vertx, SubmitJob submitJob, SubmitBatch submitBatch, Failures failures) {
    this.router = Router.router(vertx);
    this.submitJob = submitJob;
    this.submitBatch = submitBatch;
    this.failures = failures;
    router.post(Paths.JOBS).handler(context -> submitJob.handle(context.request()));
    router.post(Paths.BATCH).handler(context -> submitBatch.handle(context.request()));
    refusals();
  }

  /** Adds calls to read with. */
  Routes get(String path, Consumer<RoutingContext> call) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(call::accept);
    return this;
  }

  Routes put(String path, Consumer<RoutingContext> call) {
    router.put(path).handler(call::accept);
    return this;
  }

  void handle(HttpServerRequest request) {
    if (request.method().equals(HttpMethod.POST)) {
      if (Paths.JOBS.equals(request.path())) {
        submitJob.handle(request);
        return;
      }
      if (Paths.BATCH.equals(request.path())) {
        submitBatch.handle(request);
        return;
      }
    }
    router.handle(request);
  }

  private void refusals() {
    refusal(ProblemCode.INVALID_REQUEST, "the path or a parameter is not valid");
    refusal(ProblemCode.NOT_FOUND, "see docs/api.md for what there is");
    refusal(ProblemCode.METHOD_NOT_ALLOWED, "the header Allow says what is");
    router.errorHandler(500, context -> Answers.problem(context.response(), problem(context)));
  }

  private Problem problem(RoutingContext context) {
    var failure = context.failure();
    return failure == null
        ? Problem.of(ProblemCode.INTERNAL, "no cause is known")
        : failures.problem(failure);
  }

  private void refusal(ProblemCode code, String detail) {
    router.errorHandler(
        code.status(), context -> Answers.problem(context.response(), Problem.of(code, detail)));
  }
}
