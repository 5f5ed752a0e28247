package dev.orchestrix.http;

import dev.orchestrix.auth.Caller;
import dev.orchestrix.core.job.NewJob;
import dev.orchestrix.submit.Submitted;
import dev.orchestrix.tenant.Quotas;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Takes jobs in for both submission calls: read, tenant known, written. */
final class Intake {
  private static final Violation UNKNOWN_TENANT =
      new Violation("/tenant", ProblemCode.UNKNOWN_TENANT, "there is no such tenant");
  private static final Problem MISMATCH =
      Problem.of(
          ProblemCode.IDEMPOTENCY_MISMATCH,
          "the same key came with another document before; nothing was written");

  private final JobReader reader;
  private final Function<String, Future<Boolean>> tenantExists;
  private final Predicate<String> leaving;
  private final Quotas quotas;
  private final Function<NewJob, Future<Submitted>> submit;
  private final Failures failures;

  Intake(
      JobReader reader,
      Function<String, Future<Boolean>> tenantExists,
      Predicate<String> leaving,
      Quotas quotas,
      Function<NewJob, Future<Submitted>> submit,
      Failures failures) {
    this.reader = reader;
    this.tenantExists = tenantExists;
    this.leaving = leaving;
    this.quotas = quotas;
    this.submit = submit;
    this.failures = failures;
  }

  /**
   * Takes in the job of one document; the future never fails.
   *
   * @param key the key of the submission that the header of the request has, or null
   * @param caller whose jobs they are when they name no tenant; any other's tenant is unknown
   */
  Future<Verdict> offer(
      byte[] bytes, int from, int to, @Nullable String trace, @Nullable String key, Caller caller) {
    return switch (reader.read(bytes, from, to, trace, key, caller.home())) {
      case Reading.Read(var job) -> accept(job, caller);
      case Reading.Refused(var problem, var tenant) -> refuse(problem, tenant, caller);
    };
  }

  private Future<Boolean> known(String tenant, Caller caller) {
    return caller.covers(tenant) ? tenantExists.apply(tenant) : Future.succeededFuture(false);
  }

  private Future<Verdict> accept(NewJob job, Caller caller) {
    return known(job.tenant(), caller)
        .compose(exists -> exists ? within(job) : refused(Problem.of(List.of(UNKNOWN_TENANT))))
        .otherwise(error -> new Verdict.Refused(failures.problem(error)));
  }

  private Future<Verdict> within(NewJob job) {
    if (leaving.test(job.tenant())) {
      return refused(TenantPages.leaving(job.tenant()));
    }
    return quotas
        .take(job)
        .compose(
            excess ->
                excess.isPresent()
                    ? refused(problem(excess.get()))
                    : submit
                        .apply(job)
                        .map(submitted -> verdict(job, submitted))
                        .onSuccess(
                            verdict -> {
                              if (!(verdict instanceof Verdict.Accepted)) {
                                quotas.giveBack(job);
                              }
                            }));
  }

  private static Problem problem(Quotas.Excess excess) {
    var wait = excess.retryAfter();
    var problem =
        Problem.of(
                wait == null ? ProblemCode.PAYLOAD_QUOTA : ProblemCode.QUOTA_EXCEEDED,
                excess.quota() + " is " + excess.limit() + ", and there are " + excess.present())
            .with("quota", excess.quota());
    return wait == null
        ? problem
        : problem.with(Problem.RETRY_AFTER, Long.toString(wait.toSeconds()));
  }

  private static Verdict verdict(NewJob job, Submitted submitted) {
    return switch (submitted) {
      case Submitted.Accepted _ -> new Verdict.Accepted(job);
      case Submitted.Replayed(var first) -> new Verdict.Known(first, true);
      case Submitted.Returned(var other) -> new Verdict.Known(other, false);
      case Submitted.Replaced(var other) -> new Verdict.Known(other, false);
      case Submitted.Mismatch _ -> new Verdict.Refused(MISMATCH);
      case Submitted.Conflict(var other, var state) ->
          new Verdict.Refused(
              Problem.of(ProblemCode.DUPLICATE_JOB, "job " + other + " is " + state)
                  .with("job", other.toString())
                  .with("state", state.name()));
      case Submitted.Full(var other) -> new Verdict.Refused(full(other));
      case Submitted.Closed _ -> new Verdict.Refused(TenantPages.leaving(job.tenant()));
    };
  }

  private static Problem full(@Nullable UUID holder) {
    return holder == null
        ? Problem.of(ProblemCode.CONCURRENCY_FULL, "its limit is 0")
        : Problem.of(ProblemCode.CONCURRENCY_FULL, "job " + holder + " has it")
            .with("job", holder.toString());
  }

  private Future<Verdict> refuse(Problem problem, @Nullable String tenant, Caller caller) {
    if (tenant == null) {
      return refused(problem);
    }
    return known(tenant, caller)
        .map(exists -> exists ? problem : problem.and(UNKNOWN_TENANT))
        .otherwise(problem) // what is known to be wrong with the job is the better answer
        .map(Verdict.Refused::new);
  }

  private static Future<Verdict> refused(Problem problem) {
    return Future.succeededFuture(new Verdict.Refused(problem));
  }
}
