package dev.orchestrix.http;

import dev.orchestrix.core.job.JobState;
import dev.orchestrix.core.job.LetterFilter;
import dev.orchestrix.query.DeadLetter;
import dev.orchestrix.query.DeadLetterGroups;
import dev.orchestrix.query.DeadLetterQueries;
import dev.orchestrix.query.JobQueries;
import dev.orchestrix.transition.Revivals;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code /dlq} and {@code POST /jobs/{id}/retry}: failed jobs, one by one. */
final class DeadLetterPages {
  private final JobQueries jobs;
  private final DeadLetterCalls calls;
  private final OptionalBody bodies;
  private final Failures failures;

  DeadLetterPages(JobQueries jobs, DeadLetterCalls calls, OptionalBody bodies, Failures failures) {
    this.jobs = jobs;
    this.calls = calls;
    this.bodies = bodies;
    this.failures = failures;
  }

  /** A page of letters. */
  void list(RoutingContext context) {
    var query =
        new QueryReader(
            context.queryParams(),
            Set.of("tenant", "type", "category", "fingerprint", "limit", "cursor"));
    var filter = filter(context, query, fingerprint(query));
    var paging = paging(query);
    boolean messages = Door.caller(context).payloads();
    if (accepted(context, query)) {
      answer(
          context,
          calls
              .queries()
              .list(filter, paging)
              .map(
                  page ->
                      JsonBody.of(
                          out -> DeadLetterJson.page(out, page.letters(), page.next(), messages))));
    }
  }

  /** Letters by their cause. */
  void groups(RoutingContext context) {
    var query =
        new QueryReader(context.queryParams(), Set.of("tenant", "type", "category", "limit"));
    var filter = filter(context, query, null);
    int limit = query.wholeNumber("limit", 1, 200, 50);
    boolean messages = Door.caller(context).payloads();
    if (accepted(context, query)) {
      answer(context, calls.queries().groups(filter, limit).map(found -> json(found, messages)));
    }
  }

  /** Retries the job of a letter. */
  void retry(RoutingContext context) {
    withId(
        context,
        id ->
            bodies.read(
                context,
                bytes -> {
                  switch (RetryReader.read(bytes)) {
                    case RetryReader.Refused(var problem) ->
                        Answers.problem(context.response(), problem);
                    case RetryReader.Read(var payload) ->
                        calls
                            .queries()
                            .find(id)
                            .onSuccess(
                                letter -> {
                                  if (letter.isPresent()) {
                                    retry(context, id, payload);
                                  } else {
                                    Answers.problem(context.response(), unknown(id));
                                  }
                                })
                            .onFailure(e -> failed(context, e));
                  }
                }));
  }

  /** Retries a failed job, whether or not it has a letter. */
  void retryJob(RoutingContext context) {
    withId(
        context,
        id ->
            bodies.read(
                context,
                bytes -> {
                  switch (RetryReader.read(bytes)) {
                    case RetryReader.Refused(var problem) ->
                        Answers.problem(context.response(), problem);
                    case RetryReader.Read(var payload) -> retry(context, id, payload);
                  }
                }));
  }

  /** Discards a letter. */
  void discard(RoutingContext context) {
    withId(
        context,
        id ->
            bodies.read(
                context,
                _ ->
                    calls
                        .queries()
                        .find(id)
                        .compose(
                            letter ->
                                calls
                                    .letters()
                                    .discard(id)
                                    .onSuccess(_ -> letter.ifPresent(it -> note(context, it))))
                        .onSuccess(
                            known -> {
                              if (known) {
                                Answers.json(
                                    context.response(),
                                    200,
                                    JsonBody.of(out -> out.writeStringField("id", id.toString())));
                              } else {
                                Answers.problem(context.response(), unknown(id));
                              }
                            })
                        .onFailure(e -> failed(context, e))));
  }

  private void retry(RoutingContext context, UUID id, @Nullable String payload) {
    jobs.standings(List.of(id))
        .compose(
            standings -> {
              var standing = standings.get(id);
              return standing == null || standing.state() != JobState.FAILED
                  ? Future.succeededFuture(Optional.<Revivals.Revived>empty())
                  : calls.revivals().retry(new Revivals.Failed(id, standing.attempt()), payload);
            })
        .onSuccess(
            revived ->
                revived.ifPresentOrElse(
                    job -> {
                      note(context, job, payload != null);
                      Answers.json(
                          context.response(),
                          200,
                          JsonBody.of(out -> DeadLetterJson.revived(out, job)));
                    },
                    () -> notFailed(context, id)))
        .onFailure(e -> failed(context, e));
  }

  /** With another payload that is said, and not which. */
  private static void note(RoutingContext context, Revivals.Revived job, boolean changed) {
    Trail.changed(
        context,
        job.tenant(),
        job.id().toString(),
        out -> out.writeStringField("state", JobState.FAILED.name()),
        out -> {
          out.writeStringField("state", JobState.PENDING.name());
          out.writeBooleanField("other_payload", changed);
        });
  }

  private static void note(RoutingContext context, DeadLetter letter) {
    Trail.changed(
        context,
        letter.tenant(),
        letter.job().toString(),
        out -> {
          out.writeStringField("type", letter.type());
          out.writeStringField("category", letter.category());
          out.writeStringField("fingerprint", letter.fingerprint());
        },
        out -> out.writeBooleanField("discarded", true));
  }

  /** Whoever was first, or whatever it is doing: its state now is the answer. */
  private void notFailed(RoutingContext context, UUID id) {
    jobs.standings(List.of(id))
        .onSuccess(
            standings -> {
              var standing = standings.get(id);
              if (standing == null) {
                Answers.problem(context.response(), JobPages.unknown(id));
                return;
              }
              var state = standing.state().name();
              DeadLetterJson.conflict(
                  context.response(),
                  Problem.of(
                      ProblemCode.NOT_FAILED, "only a failed job is retried; it is " + state),
                  state);
            })
        .onFailure(e -> failed(context, e));
  }

  static DeadLetterQueries.Paging paging(QueryReader query) {
    return new DeadLetterQueries.Paging(
        query.cursor(Cursor::read).orElse(null), query.wholeNumber("limit", 1, 200, 50));
  }

  private static LetterFilter filter(
      RoutingContext context, QueryReader query, @Nullable String fingerprint) {
    return new LetterFilter(
        query.tenant(Door.caller(context)),
        query.text("type"),
        query.text("category"),
        fingerprint,
        null,
        null);
  }

  private static @Nullable String fingerprint(QueryReader query) {
    var text = query.text("fingerprint");
    if (text != null && !RedriveReader.FINGERPRINT.matcher(text).matches()) {
      query.note("fingerprint", RedriveReader.EXPECTED_FINGERPRINT);
    }
    return text;
  }

  private static boolean accepted(RoutingContext context, QueryReader query) {
    query.problem().ifPresent(problem -> Answers.problem(context.response(), problem));
    return query.problem().isEmpty();
  }

  private static void withId(RoutingContext context, Consumer<UUID> use) {
    JobPages.id(context)
        .ifPresentOrElse(use, () -> Answers.problem(context.response(), JobPages.invalidId()));
  }

  static Problem unknown(UUID id) {
    return Problem.of(ProblemCode.UNKNOWN_DEAD_LETTER, "there is no dead letter of a job " + id);
  }

  private void answer(RoutingContext context, Future<Buffer> body) {
    body.onSuccess(json -> Answers.json(context.response(), 200, json))
        .onFailure(e -> failed(context, e));
  }

  private void failed(RoutingContext context, Throwable error) {
    Answers.problem(context.response(), failures.problem(error));
  }

  private static Buffer json(DeadLetterGroups groups, boolean messages) {
    return JsonBody.of(
        out -> {
          out.writeArrayFieldStart("items");
          for (var group : groups.groups()) {
            DeadLetterJson.group(out, group, messages);
          }
          out.writeEndArray();
          out.writeNumberField("letters", groups.letters());
          out.writeBooleanField("complete", groups.complete());
        });
  }
}
