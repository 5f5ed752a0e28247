package dev.orchestrix.http;

import dev.orchestrix.query.JobFilter;
import dev.orchestrix.query.JobPage;
import dev.orchestrix.query.JobQueries;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** {@code GET /jobs} and {@code GET /jobs/{id}}. */
final class JobPages {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private final JobQueries jobs;
  private final JobWaits waits;
  private final Connections connections;
  private final Failures failures;

  JobPages(JobQueries jobs, JobWaits waits, Connections connections, Failures failures) {
    this.jobs = jobs;
    this.waits = waits;
    this.connections = connections;
    this.failures = failures;
  }

  /** One job; waits for its end if asked to. */
  void one(RoutingContext context) {
    var response = context.response();
    var query = new QueryReader(context.queryParams(), Set.of("wait"));
    var wait = query.duration("wait", LONGEST_WAIT);
    var id = id(context);
    var problem =
        query.problem().or(() -> id.isEmpty() ? Optional.of(invalidId()) : Optional.empty());
    if (problem.isPresent()) {
      Answers.problem(response, problem.get());
      return;
    }
    boolean payloads = Door.caller(context).payloads();
    connections.hold(context.request());
    waits
        .end(id.get(), wait, response)
        .onSuccess(
            found -> {
              if (!wait.isZero() && !Door.stillOpen(context)) {
                Door.shut(context.request());
                return;
              }
              found.ifPresentOrElse(
                  job ->
                      Answers.json(
                          response, 200, JsonBody.of(out -> JobJson.write(out, job, payloads))),
                  () -> Answers.problem(response, unknown(id.get())));
            })
        .onFailure(e -> Answers.problem(response, failures.problem(e)));
  }

  /** A page of jobs. */
  void list(RoutingContext context) {
    var response = context.response();
    var query =
        new QueryReader(
            context.queryParams(), Set.of("tenant", "state", "type", "tag", "limit", "cursor"));
    var before = query.cursor(Cursor::read);
    var filter =
        new JobFilter(
            query.tenant(Door.caller(context)),
            query.states(),
            query.text("type"),
            query.text("tag"),
            before.orElse(null),
            query.wholeNumber("limit", 1, 200, 50));
    if (query.problem().isPresent()) {
      Answers.problem(response, query.problem().get());
      return;
    }
    jobs.list(filter)
        .onSuccess(page -> Answers.json(response, 200, json(page)))
        .onFailure(e -> Answers.problem(response, failures.problem(e)));
  }

  /** The id in the path, if it is one. */
  static Optional<UUID> id(RoutingContext context) {
    var text = context.pathParam("id");
    try {
      return text != null && text.length() == 36
          ? Optional.of(UUID.fromString(text))
          : Optional.empty();
    } catch (IllegalArgumentException notAnId) {
      return Optional.empty();
    }
  }

  static Problem invalidId() {
    return Problem.of(ProblemCode.INVALID_ID, "expected a UUID such as POST /jobs answers");
  }

  static Problem unknown(UUID id) {
    return Problem.of(ProblemCode.UNKNOWN_JOB, "there is no job " + id);
  }

  private static Buffer json(JobPage page) {
    return JsonBody.of(
        out -> {
          out.writeArrayFieldStart("items");
          for (var job : page.jobs()) {
            out.writeStartObject();
            JobJson.write(out, job);
            out.writeEndObject();
          }
          out.writeEndArray();
          var next = page.next();
          out.writeStringField("next_cursor", next == null ? null : Cursor.write(next));
        });
  }
}
