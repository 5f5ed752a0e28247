package dev.orchestrix.execute;

import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.Outcome;
import dev.orchestrix.transition.Ending;
import dev.orchestrix.transition.Endings;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports how attempts have ended, and knows of which that is not answered yet. */
final class Reporting {
  private static final Logger LOG = LoggerFactory.getLogger(Reporting.class);

  private final Endings endings;
  private final Map<UUID, Integer> open = new ConcurrentHashMap<>();

  Reporting(Endings endings) {
    this.endings = endings;
  }

  /** Completes when it is known whether the outcome was accepted. */
  Future<Boolean> report(Ending ending) {
    var job = ending.job();
    open.put(job.id(), job.attempt());
    return endings
        .end(ending)
        .recover(error -> refused(ending, error))
        .onComplete(_ -> open.remove(job.id(), job.attempt()));
  }

  /** Whether the outcome of an attempt is under way. From any thread. */
  boolean isOpen(UUID job, int attempt) {
    return Integer.valueOf(attempt).equals(open.get(job));
  }

  /** What cannot be stored must not leave the job running for ever. */
  private Future<Boolean> refused(Ending ending, Throwable error) {
    LOG.atError()
        .addKeyValue("job", ending.job().id())
        .log("its outcome was refused; the job fails without it", error);
    if (!(error instanceof EngineException.BadData)) {
      return Future.succeededFuture(false);
    }
    var failed =
        new Outcome.Failed(
            ErrorCategory.REJECTED, "its outcome cannot be stored", null, false, null);
    return endings.end(Conclusion.of(ending.job(), failed, null)).otherwise(false);
  }
}
