package dev.orchestrix.execute;

import dev.orchestrix.core.job.Decision;
import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.Outcome;
import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.core.retry.RetryPolicy;
import dev.orchestrix.store.RetryText;
import dev.orchestrix.transition.ClaimedJob;
import dev.orchestrix.transition.Ending;
import dev.orchestrix.transition.Note;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to be written of an attempt that has ended. */
final class Conclusion {
  private static final Logger LOG = LoggerFactory.getLogger(Conclusion.class);

  /**
   * Decides what becomes of the job, and puts down why. A job of which something is stored that
   * cannot be read fails for good: tried again it would be no better.
   *
   * @param said what the handler said, or null
   */
  static Ending of(ClaimedJob job, Outcome outcome, @Nullable Note said) {
    try {
      return decided(job, outcome, said);
    } catch (RuntimeException unreadable) {
      return unreadable(job, unreadable, said);
    }
  }

  private static Ending unreadable(ClaimedJob job, RuntimeException why, @Nullable Note said) {
    LOG.atError()
        .addKeyValue("job", job.id())
        .addKeyValue("attempt", job.attempt())
        .log("its retry policy or its errors cannot be read; it fails without them", why);
    var message = "what is stored of the job cannot be read: " + why;
    var failed = new Outcome.Failed(ErrorCategory.REJECTED, message, null, false, null);
    var errors = AttemptErrors.with(null, job.attempt(), job.type(), Instant.now(), failed);
    return new Ending(
        job,
        Decision.of(failed, job.failures(), RetryPolicy.DEFAULT, 0),
        null,
        errors,
        failed.category() + ": " + Text.kept(message, 200),
        said);
  }

  private static Ending decided(ClaimedJob job, Outcome outcome, @Nullable Note said) {
    if (outcome instanceof Outcome.Succeeded(var result)) {
      return new Ending(job, Decision.SUCCEEDED, result, null, null, said);
    }
    var own =
        Decision.of(
            outcome,
            job.failures(),
            RetryText.read(job.retry()),
            ThreadLocalRandom.current().nextDouble());
    var decision = own.within(job.timeLeft().untilDeadline(System.nanoTime()));
    var failures = new ArrayList<>(failures(job, outcome));
    if (!decision.equals(own)) {
      failures.add(AttemptClocks.past());
    }
    if (outcome instanceof Outcome.Held(var circuit)) {
      return Ending.held(job, decision, new Reason.OpenCircuit(circuit));
    }
    if (failures.isEmpty()) {
      return new Ending(job, decision, null, null, null, said);
    }
    var last = failures.getLast();
    var error = last.category() + ": " + Text.kept(last.message(), 200);
    return new Ending(job, decision, null, errors(job, failures), error, said);
  }

  /** How a job ends that was claimed when its time was over, or null if it may run. */
  static @Nullable Outcome tooLate(ClaimedJob job) {
    var left = job.timeLeft().untilDeadline(System.nanoTime());
    if (left != null && !left.isPositive()) {
      return AttemptClocks.past();
    }
    return job.timeLeft().expired() ? AttemptClocks.expired() : null;
  }

  /** How a job ends that nobody here can run. */
  static Outcome noHandler(ClaimedJob job) {
    return new Outcome.Failed(
        ErrorCategory.NO_HANDLER, "no handler for type " + job.type(), null, false, null);
  }

  private static List<Outcome.Failed> failures(ClaimedJob job, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Failed failed -> {
        log(job, failed);
        yield List.of(failed);
      }
      case Outcome.Cancelled(var reason) ->
          List.of(new Outcome.Failed(ErrorCategory.CANCELLED, reason, null, false, null));
      case Outcome.Succeeded _, Outcome.Snoozed _, Outcome.Interrupted _, Outcome.Held _ ->
          List.of();
    };
  }

  private static @Nullable String errors(ClaimedJob job, List<Outcome.Failed> failures) {
    var errors = job.errors();
    for (var failed : failures) {
      errors = AttemptErrors.with(errors, job.attempt(), job.type(), Instant.now(), failed);
    }
    return errors;
  }

  private static void log(ClaimedJob job, Outcome.Failed failed) {
    LOG.atInfo()
        .addKeyValue("job", job.id())
        .addKeyValue("tenant", job.tenant())
        .addKeyValue("trace", job.trace())
        .addKeyValue("type", job.type())
        .addKeyValue("attempt", job.attempt())
        .log("attempt failed: {}: {}", failed.category(), failed.message());
  }

  private Conclusion() {}
}
