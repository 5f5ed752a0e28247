package dev.orchestrix.http;

import dev.orchestrix.core.job.NewJob;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** {@code POST /jobs}: one job, answered when it is committed. */
final class SubmitJob {
  private static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");

  private final Intake intake;
  private final Budget budget;
  private final int maxBody;

  SubmitJob(Intake intake, Budget budget, int maxBody) {
    this.intake = intake;
    this.budget = budget;
    this.maxBody = maxBody;
  }

  void handle(HttpServerRequest request) {
    BodyReader.json(request, maxBody, budget)
        .onSuccess(
            body -> {
              switch (body) {
                case Body.Refused(var problem) -> Answers.problem(request.response(), problem);
                case Body.Whole(var bytes) -> submit(request, bytes);
              }
            });
  }

  /** The trace that a request belongs to, as {@link JobReader#read} wants it. */
  static @Nullable String traceOf(HttpServerRequest request) {
    return TraceParent.traceId(request.getHeader(TRACEPARENT));
  }

  private void submit(HttpServerRequest request, Buffer body) {
    byte[] bytes = body.getBytes();
    intake
        .offer(bytes, 0, bytes.length, traceOf(request))
        .onSuccess(
            verdict -> {
              budget.give(bytes.length);
              answer(request.response(), verdict);
            });
  }

  private static void answer(HttpServerResponse response, Verdict verdict) {
    switch (verdict) {
      case Verdict.Refused(var problem) -> Answers.problem(response, problem);
      case Verdict.Accepted(var job) -> {
        if (Answers.open(response)) {
          response.headers().set(HttpHeaders.LOCATION, Paths.JOBS + "/" + job.id());
          Answers.json(response, 201, Buffer.buffer(created(job)));
        }
      }
    }
  }

  /** Plain concatenation: nothing in it can need escaping. */
  private static String created(NewJob job) {
    var at = Instant.ofEpochMilli(job.id().getMostSignificantBits() >>> 16);
    var text =
        new StringBuilder(256)
            .append("{\"id\":\"")
            .append(job.id())
            .append("\",\"state\":\"")
            .append(job.state())
            .append("\",\"tenant\":\"")
            .append(job.tenant())
            .append("\",\"type\":\"")
            .append(job.type())
            .append("\",\"priority\":\"")
            .append(job.priority().label())
            .append("\",\"created_at\":\"")
            .append(at);
    if (job.runAt() != null) {
      text.append("\",\"run_at\":\"").append(job.runAt());
    }
    return text.append("\"}").toString();
  }
}
