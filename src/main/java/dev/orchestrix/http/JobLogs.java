package dev.orchestrix.http;

import dev.orchestrix.query.JobQueries;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;

/** {@code GET /jobs/{id}/logs}. */
final class JobLogs {
  private static final int HIGHEST_ATTEMPT = 999_999_999;

  private final JobQueries jobs;
  private final Failures failures;

  JobLogs(JobQueries jobs, Failures failures) {
    this.jobs = jobs;
    this.failures = failures;
  }

  /** What the latest attempts of a job, or one of them, have said. */
  void ofJob(RoutingContext context) {
    var response = context.response();
    if (!Door.caller(context).payloads()) {
      Answers.problem(
          response, Problem.of(ProblemCode.FORBIDDEN, "the key does not show what jobs say"));
      return;
    }
    var query = new QueryReader(context.queryParams(), Set.of("attempt"));
    int attempt = query.wholeNumber("attempt", 1, HIGHEST_ATTEMPT, 0);
    var id = JobPages.id(context);
    var problem =
        query
            .problem()
            .or(() -> id.isEmpty() ? Optional.of(JobPages.invalidId()) : Optional.empty());
    if (problem.isPresent()) {
      Answers.problem(response, problem.get());
      return;
    }
    jobs.report(id.get())
        .onSuccess(
            found ->
                found.ifPresentOrElse(
                    report ->
                        Answers.json(
                            response,
                            200,
                            JsonBody.of(out -> ReportJson.all(out, report.text(), attempt))),
                    () -> Answers.problem(response, JobPages.unknown(id.get()))))
        .onFailure(e -> Answers.problem(response, failures.problem(e)));
  }
}
