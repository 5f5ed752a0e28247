package dev.orchestrix.http;

import dev.orchestrix.auth.Caller;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.query.JobDetail;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /jobs}: one job, answered when it is committed, or the job that was there instead.
 */
final class SubmitJob {
  private static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");

  static final CharSequence IDEMPOTENCY_KEY = HttpHeaders.createOptimized("idempotency-key");

  private static final CharSequence REPLAY = HttpHeaders.createOptimized("idempotent-replay");
  private static final CharSequence TRUE = HttpHeaders.createOptimized("true");

  private final Intake intake;
  private final Function<UUID, Future<Optional<JobDetail>>> find;
  private final Failures failures;
  private final Budget budget;
  private final int maxBody;

  /**
   * @param find reads a job that was there before
   */
  SubmitJob(
      Intake intake,
      Function<UUID, Future<Optional<JobDetail>>> find,
      Failures failures,
      Budget budget,
      int maxBody) {
    this.intake = intake;
    this.find = find;
    this.failures = failures;
    this.budget = budget;
    this.maxBody = maxBody;
  }

  void handle(HttpServerRequest request, Caller caller) {
    BodyReader.json(request, maxBody, budget)
        .onSuccess(
            body -> {
              switch (body) {
                case Body.Refused(var problem) -> Answers.problem(request.response(), problem);
                case Body.Whole(var bytes) -> submit(request, bytes, caller);
              }
            });
  }

  /** The trace that a request belongs to, as {@link JobReader#read} wants it. */
  static @Nullable String traceOf(HttpServerRequest request) {
    return TraceParent.traceId(request.getHeader(TRACEPARENT));
  }

  private void submit(HttpServerRequest request, Buffer body, Caller caller) {
    byte[] bytes = body.getBytes();
    intake
        .offer(bytes, 0, bytes.length, traceOf(request), request.getHeader(IDEMPOTENCY_KEY), caller)
        .onSuccess(
            verdict -> {
              budget.give(bytes.length);
              answer(request.response(), verdict, caller);
            });
  }

  private void answer(HttpServerResponse response, Verdict verdict, Caller caller) {
    switch (verdict) {
      case Verdict.Refused(var problem) -> Answers.problem(response, problem);
      case Verdict.Known(var job, var replayed) -> known(response, job, replayed, caller);
      case Verdict.Accepted(var job) -> {
        if (Answers.open(response)) {
          place(response, job.id());
          Answers.json(response, 201, Buffer.buffer(created(job)));
        }
      }
    }
  }

  private void known(HttpServerResponse response, UUID id, boolean replayed, Caller caller) {
    find.apply(id)
        .onFailure(e -> Answers.problem(response, failures.problem(e)))
        .onSuccess(
            found -> {
              if (found.isEmpty()) {
                Answers.problem(response, JobPages.unknown(id));
              } else if (Answers.open(response)) {
                place(response, id);
                if (replayed) {
                  response.headers().set(REPLAY, TRUE);
                }
                Answers.json(
                    response,
                    200,
                    JsonBody.of(out -> JobJson.write(out, found.get(), caller.payloads())));
              }
            });
  }

  private static void place(HttpServerResponse response, UUID id) {
    response.headers().set(HttpHeaders.LOCATION, Paths.JOBS + "/" + id);
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
