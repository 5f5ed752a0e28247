package dev.orchestrix.execute;

import dev.orchestrix.core.job.Decision;
import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.Outcome;
import dev.orchestrix.store.RetryText;
import dev.orchestrix.transition.ClaimedJob;
import dev.orchestrix.transition.Ending;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to be written of an attempt, from what it did. */
final class Conclusions {
  private static final Logger LOG = LoggerFactory.getLogger(Conclusions.class);

  static Ending of(ClaimedJob job, Outcome outcome, @Nullable String said) {
    return switch (outcome) {
      case Outcome.Succeeded(var result) ->
          new Ending(job, decided(job, outcome), result, null, null, said);
      case Outcome.Failed failed -> {
        log(job, failed);
        var errors = AttemptErrors.with(job.errors(), job.attempt(), Instant.now(), failed);
        var error = failed.category() + ": " + Text.kept(failed.message(), 200);
        yield new Ending(job, decided(job, outcome), null, errors, error, said);
      }
      case Outcome.Snoozed _, Outcome.Cancelled _, Outcome.Interrupted _ ->
          new Ending(job, decided(job, outcome), null, null, null, said);
    };
  }

  private static Decision decided(ClaimedJob job, Outcome outcome) {
    if (outcome instanceof Outcome.Succeeded) {
      return Decision.SUCCEEDED;
    }
    return Decision.of(
        outcome,
        job.failures(),
        RetryText.read(job.retry()),
        ThreadLocalRandom.current().nextDouble());
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

  static Outcome noHandler(ClaimedJob job) {
    return new Outcome.Failed(
        ErrorCategory.NO_HANDLER, "no handler for type " + job.type(), null, false, null);
  }

  private Conclusions() {}
}
