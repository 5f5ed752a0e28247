package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orchestrix.query.JobCount;
import dev.orchestrix.query.JobFilter;
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
import java.util.Objects;
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
        one(context, id.get(), new CancelDraft(null));
      }
    } else {
      read(context, bytes -> one(context, id.get(), bytes));
    }
  }

  /** Cancels many jobs, or tells which they would be. */
  void many(RoutingContext context) {
    read(context, bytes -> many(context, bytes));
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

  private void one(RoutingContext context, UUID id, byte[] body) {
    var reader = new ObjectReader(body, DEPTH);
    var draft = new CancelDraft(reader);
    reader
        .read(draft::read, () -> {})
        .ifPresentOrElse(
            problem -> Answers.problem(context.response(), problem), () -> one(context, id, draft));
  }

  private void one(RoutingContext context, UUID id, CancelDraft draft) {
    var response = context.response();
    cancels
        .cancel(List.of(draft.request(id)))
        .onSuccess(
            answers -> {
              if (answers.isEmpty()) {
                Answers.problem(response, JobPages.unknown(id));
              } else {
                note(context, answers.getFirst());
                answer(response, answers.getFirst());
              }
            })
        .onFailure(e -> Answers.problem(response, failures.problem(e)));
  }

  private static void note(RoutingContext context, CancelAnswer answer) {
    if (answer.cancelled() || answer.asked()) {
      Trail.changed(
          context,
          answer.tenant(),
          answer.job().toString(),
          out -> out.writeStringField("state", answer.before().name()),
          out -> writeStanding(out, answer));
    }
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

  private void many(RoutingContext context, byte[] body) {
    var response = context.response();
    var draft = new CancelManyDraft(body, Door.caller(context));
    var problem = draft.read();
    if (problem.isPresent()) {
      Answers.problem(response, problem.get());
      return;
    }
    var answer = draft.preview() ? preview(context, draft) : cancel(context, draft);
    answer
        .onSuccess(json -> Answers.json(response, 200, json))
        .onFailure(e -> Answers.problem(response, failures.problem(e)));
  }

  private Future<Buffer> preview(RoutingContext context, CancelManyDraft draft) {
    var filter = draft.filter(SAMPLE);
    note(context, filter, out -> out.writeBooleanField("preview", true));
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

  private Future<Buffer> cancel(RoutingContext context, CancelManyDraft draft) {
    var filter = draft.filter(MOST);
    return jobs.list(filter)
        .compose(
            page ->
                (page.jobs().isEmpty()
                        ? Future.succeededFuture(List.<CancelAnswer>of())
                        : cancels.cancel(
                            page.jobs().stream().map(job -> draft.request(job.id())).toList()))
                    .map(
                        answers -> {
                          note(context, filter, out -> writeCounts(out, answers));
                          return cancelled(page, answers);
                        }));
  }

  /** Of many the filter is noted, and how many those were. */
  private static void note(RoutingContext context, JobFilter filter, JsonBody.Members what) {
    Trail.changed(
        context,
        filter.tenant(),
        "jobs",
        null,
        out -> {
          out.writeObjectFieldStart("filter");
          out.writeStringField("type", filter.type());
          out.writeStringField("tag", filter.tag());
          out.writeStringField("states", filter.states().toString());
          out.writeStringField("before", Objects.toString(filter.before(), null));
          out.writeEndObject();
          what.writeTo(out);
        });
  }

  private static void writeCounts(JsonGenerator out, List<CancelAnswer> answers)
      throws IOException {
    out.writeNumberField("cancelled", answers.stream().filter(CancelAnswer::cancelled).count());
    out.writeNumberField("cancelling", answers.stream().filter(CancelAnswer::asked).count());
  }

  private static Buffer cancelled(JobPage page, List<CancelAnswer> answers) {
    return JsonBody.of(
        out -> {
          writeCounts(out, answers);
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
