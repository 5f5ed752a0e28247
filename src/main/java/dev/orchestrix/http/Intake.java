package dev.orchestrix.http;

import dev.orchestrix.core.job.NewJob;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes jobs in for both submission calls: read, tenant known, written. */
final class Intake {
  private static final Violation UNKNOWN_TENANT =
      new Violation("/tenant", ProblemCode.UNKNOWN_TENANT, "there is no such tenant");

  private final JobReader reader;
  private final Function<String, Future<Boolean>> tenantExists;
  private final Function<NewJob, Future<@Nullable Void>> submit;
  private final Failures failures;

  Intake(
      JobReader reader,
      Function<String, Future<Boolean>> tenantExists,
      Function<NewJob, Future<@Nullable Void>> submit,
      Failures failures) {
    this.reader = reader;
    this.tenantExists = tenantExists;
    this.submit = submit;
    this.failures = failures;
  }

  /** Takes in the job of one document; the future never fails. */
  Future<Verdict> offer(byte[] bytes, int from, int to, @Nullable String trace) {
    return switch (reader.read(bytes, from, to, trace)) {
      case Reading.Read(var job) -> accept(job);
      case Reading.Refused(var problem, var tenant) -> refuse(problem, tenant);
    };
  }

  private Future<Verdict> accept(NewJob job) {
    return tenantExists
        .apply(job.tenant())
        .compose(
            exists ->
                exists
                    ? submit.apply(job).map(_ -> new Verdict.Accepted(job))
                    : refused(Problem.of(List.of(UNKNOWN_TENANT))))
        .otherwise(error -> new Verdict.Refused(failures.problem(error)));
  }

  private Future<Verdict> refuse(Problem problem, @Nullable String tenant) {
    if (tenant == null) {
      return refused(problem);
    }
    return tenantExists
        .apply(tenant)
        .map(exists -> exists ? problem : problem.and(UNKNOWN_TENANT))
        .otherwise(problem) // what is known to be wrong with the job is the better answer
        .map(Verdict.Refused::new);
  }

  private static Future<Verdict> refused(Problem problem) {
    return Future.succeededFuture(new Verdict.Refused(problem));
  }
}
