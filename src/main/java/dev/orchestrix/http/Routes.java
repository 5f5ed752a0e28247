package dev.orchestrix.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Sends each request to its call. The two submission calls are found by comparing the path, ahead
 * of the router and its cost.
 */
final class Routes {
  private final Door door;
  private final Router router;
  private final Map<String, Set<String>> allowed = new LinkedHashMap<>();
  private final SubmitJob submitJob;
  private final SubmitBatch submitBatch;
  private final Failures failures;

  Routes(Vertx vertx, Door door, SubmitJob submitJob, SubmitBatch submitBatch, Failures failures) {
    this.door = door;
    this.router = Router.router(vertx);
    this.submitJob = submitJob;
    this.submitBatch = submitBatch;
    this.failures = failures;
    refusals();
    router.route().handler(door::enter);
    // ahead of any path with an id in this place
    var _ =
        on(
            Call.SUBMIT_BATCH,
            context -> submitBatch.handle(context.request(), Door.caller(context)));
    router.route(Paths.BATCH).handler(this::notAllowed);
    var _ =
        on(Call.SUBMIT_JOB, context -> submitJob.handle(context.request(), Door.caller(context)));
  }

  /** Serves a call by a page. */
  Routes on(Call call, Consumer<RoutingContext> page) {
    for (var method : call.methods()) {
      router.route(method, call.path()).handler(context -> door.pass(context, call, page));
      allowed.computeIfAbsent(call.path(), _ -> new LinkedHashSet<>()).add(method.name());
    }
    return this;
  }

  void handle(HttpServerRequest request) {
    if (request.method().equals(HttpMethod.POST)) {
      if (Paths.JOBS.equals(request.path())) {
        submitJob(request);
        return;
      }
      if (Paths.BATCH.equals(request.path())) {
        submitBatch(request);
        return;
      }
    }
    router.handle(request);
  }

  private void submitJob(HttpServerRequest request) {
    door.admit(request, Call.SUBMIT_JOB, submitJob::handle);
  }

  private void submitBatch(HttpServerRequest request) {
    door.admit(request, Call.SUBMIT_BATCH, submitBatch::handle);
  }

  private void refusals() {
    refusal(ProblemCode.INVALID_REQUEST, "the path or a parameter is not valid");
    refusal(ProblemCode.NOT_FOUND, "see docs/api.md for what there is");
    router.errorHandler(405, this::notAllowed);
    router.errorHandler(500, context -> Answers.problem(context.response(), problem(context)));
  }

  private void notAllowed(RoutingContext context) {
    var path = context.normalizedPath().split("/");
    var methods =
        allowed.entrySet().stream()
            .filter(call -> matches(call.getKey().split("/"), path))
            .findFirst()
            .map(Map.Entry::getValue)
            .orElse(Set.of());
    context.response().putHeader(HttpHeaders.ALLOW, String.join(", ", methods));
    Answers.problem(
        context.response(),
        Problem.of(ProblemCode.METHOD_NOT_ALLOWED, "the header Allow says what is"));
  }

  private static boolean matches(String[] template, String[] path) {
    boolean alike = template.length == path.length;
    for (int i = 0; alike && i < path.length; i++) {
      alike = template[i].startsWith(":") || template[i].equals(path[i]);
    }
    return alike;
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
