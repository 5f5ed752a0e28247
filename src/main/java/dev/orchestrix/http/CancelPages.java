package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orchestrix.auth.Caller;
import dev.orchestrix.query.JobCount;
import dev.orchestrix.query.JobPage;
import dev.orchestrix.query.JobQueries;
import dev.orchestrix.transition.CancelAnswer;
import dev.orchestrix.transition.Cancels;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The calls that cancel: one job by its id, and many by a filter. */
final class CancelPages {
  /** Jobs that one call cancels at most: some ten milliseconds of locks. */
  private static final int MOST = 1000;

  private static final int SAMPLE = 20;
  private static final int DEPTH = 8;

  private final JobQueries jobs;
  private final Cancels cancels;
  private final Budget budget;
  private final int maxBody;
  private final Failures failures;

  CancelPages(JobQueries jobs, Cancels cancels, Budget budget, int maxBody, Failures failures) {
    this.jobs = jobs;
    this.cancels = cancels;
    this.budget = budget;
    this.maxBody = maxBody;
    this.failures = failures;
  }

  /** Cancels one job. */
  void one(RoutingContext context) {
    var id = JobPages.id(context);
    if (id.isEmpty()) {
      Answers.problem(context.response(), JobPages.invalidId());
    } else if (bodyless(context.request())) {
      var refused = BodyReader.refusedByHead(context.request(), maxBody);
      if (refused != null) {
        Answers.problem(context.response(), refused);
      } else {
        one(context.response(), id.get(), new CancelDraft(null));
      }
    } else {
      read(context, bytes -> one(context.response(), id.get(), bytes));
    }
  }

  /** Cancels many jobs, or tells which they would be. */
  void many(RoutingContext context) {
    read(context, bytes -> many(context.response(), bytes, Door.caller(context)));
  }

  private void read(RoutingContext context, Consumer<byte[]> then) {
    BodyReader.json(context.request(), maxBody, budget)
        .onSuccess(
            body -> {
              switch (body) {
                case Body.Refused(var problem) -> Answers.problem(context.response(), problem);
                case Body.Whole(var bytes) -> {
                  budget.give(bytes.length());
                  then.accept(bytes.getBytes());
                }
              }
            });
  }

  private void one(HttpServerResponse response, UUID id, byte[] body) {
    var reader = new ObjectReader(body, DEPTH);
    var draft = new CancelDraft(reader);
    reader
        .read(draft::read, () -> {})
        .ifPresentOrElse(
            problem -> Answers.problem(response, problem), () -> one(response, id, draft));
  }

  private void one(HttpServerResponse response, UUID id, CancelDraft draft) {
    cancels
        .cancel(List.of(draft.request(id)))
        .onSuccess(
            answers -> {
              if (answers.isEmpty()) {
                Answers.problem(response, JobPages.unknown(id));
              } else {
                answer(response, answers.getFirst());
              }
            })
        .onFailure(e -> Answers.problem(response, failures.problem(e)));
  }

  private static void answer(HttpServerResponse response, CancelAnswer answer) {
    if (answer.cancelled() || answer.asked()) {
      Answers.json(
          response, answer.asked() ? 202 : 200, JsonBody.of(out -> writeStanding(out, answer)));
      return;
    }
    var problem = Problem.of(ProblemCode.JOB_ENDED, "it has ended as " + answer.state());
    if (Answers.open(response)) {
      Answers.problemHead(response, problem);
      response.end(
          JsonBody.of(
              out -> {
                problem.writeTo(out);
                out.writeStringField("state", answer.state().name());
              }));
    }
  }

  private static void writeStanding(JsonGenerator out, CancelAnswer answer) throws IOException {
    out.writeStringField("id", answer.job().toString());
    out.writeStringField("tenant", answer.tenant());
    out.writeStringField("type", answer.type());
    out.writeStringField("state", answer.state().name());
    out.writeNumberField("attempt", answer.attempt());
    out.writeBooleanField("cancelling", answer.asked());
  }

  private void many(HttpServerResponse response, byte[] body, Caller caller) {
    var draft = new CancelManyDraft(body, caller);
    var problem = draft.read();
    if (problem.isPresent()) {
      Answers.problem(response, problem.get());
      return;
    }
    var answer = draft.preview() ? preview(draft) : cancel(draft);
    answer
        .onSuccess(json -> Answers.json(response, 200, json))
        .onFailure(e -> Answers.problem(response, failures.problem(e)));
  }

  private Future<Buffer> preview(CancelManyDraft draft) {
    var filter = draft.filter(SAMPLE);
    return Future.all(jobs.count(filter), jobs.list(filter))
        .map(both -> matched(both.resultAt(0), both.resultAt(1)));
  }

  private static Buffer matched(JobCount count, JobPage page) {
    return JsonBody.of(
        out -> {
          out.writeNumberField("matched", count.jobs());
          out.writeArrayFieldStart("sample");
          for (var job : page.jobs()) {
            out.writeStartObject();
            JobJson.write(out, job);
            out.writeEndObject();
          }
          out.writeEndArray();
          writeNext(out, count.next());
        });
  }

  private Future<Buffer> cancel(CancelManyDraft draft) {
    return jobs.list(draft.filter(MOST))
        .compose(
            page ->
                page.jobs().isEmpty()
                    ? Future.succeededFuture(cancelled(page, List.of()))
                    : cancels
                        .cancel(page.jobs().stream().map(job -> draft.request(job.id())).toList())
                        .map(answers -> cancelled(page, answers)));
  }

  private static Buffer cancelled(JobPage page, List<CancelAnswer> answers) {
    return JsonBody.of(
        out -> {
          out.writeNumberField(
              "cancelled", answers.stream().filter(CancelAnswer::cancelled).count());
          out.writeNumberField("cancelling", answers.stream().filter(CancelAnswer::asked).count());
          writeNext(out, page.next());
        });
  }

  private static void writeNext(JsonGenerator out, @Nullable UUID next) throws IOException {
    out.writeStringField("next_cursor", next == null ? null : Cursor.write(next));
  }

  private static boolean bodyless(HttpServerRequest request) {
    if (request.method().equals(HttpMethod.DELETE)) {
      return true;
    }
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    boolean empty = length == null || length.equals("0");
    return empty && request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null;
  }
}
