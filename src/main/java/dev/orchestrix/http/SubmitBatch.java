package dev.orchestrix.http;

import dev.orchestrix.auth.Caller;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** {@code POST /jobs/batch}: any number of jobs, each accepted or rejected for itself. */
final class SubmitBatch {
  private final Intake intake;
  private final Budget budget;
  private final Connections connections;
  private final int maxItem;

  /**
   * @param maxItem most bytes of one job
   */
  SubmitBatch(Intake intake, Budget budget, Connections connections, int maxItem) {
    this.intake = intake;
    this.budget = budget;
    this.connections = connections;
    this.maxItem = maxItem;
  }

  void handle(HttpServerRequest request, Caller caller) {
    var kind = BodyKind.of(request.getHeader(HttpHeaders.CONTENT_TYPE));
    var refused = BodyReader.refusedByHead(request, Long.MAX_VALUE);
    if (refused == null && kind == BodyKind.OTHER) {
      refused =
          Problem.of(
              ProblemCode.UNSUPPORTED_MEDIA_TYPE,
              "expected application/json or application/x-ndjson in UTF-8");
    }
    if (refused == null && request.headers().contains(SubmitJob.IDEMPOTENCY_KEY)) {
      refused =
          Problem.of(
              ProblemCode.INVALID_VALUE,
              "a key is for one job: give idempotency_key to each job of the batch");
    }
    if (refused != null) {
      Answers.problem(request.response(), refused);
      return;
    }
    connections.hold(request);
    new BatchUpload(request, kind, intake, budget, maxItem, caller).begin();
  }
}
