package dev.orchestrix.execute;

import dev.orchestrix.core.job.Fingerprint;
import dev.orchestrix.core.job.Outcome;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The errors of a job's attempts, as they stand in {@code jobs.errors}: the newest 20, each {@code
 * {attempt, at, category, message, stack?, fingerprint}}.
 */
final class AttemptErrors {
  private static final int KEPT = 20;
  private static final int MESSAGE_LENGTH = 2000;
  private static final int STACK_LENGTH = 4000;

  /** The errors of before with this one behind them. */
  static String with(
      @Nullable String before, int attempt, String type, Instant at, Outcome.Failed failed) {
    var errors = before == null ? new JsonArray() : new JsonArray(before);
    while (errors.size() >= KEPT) {
      errors.remove(0);
    }
    var error =
        new JsonObject()
            .put("attempt", attempt)
            .put("at", at.toString())
            .put("category", failed.category().name())
            .put("message", Text.kept(failed.message(), MESSAGE_LENGTH));
    if (failed.stack() != null) {
      error.put("stack", Text.kept(failed.stack(), STACK_LENGTH));
    }
    var fingerprint =
        Fingerprint.of(type, failed.category(), failed.message(), failed.stack()).text();
    return errors.add(error.put("fingerprint", fingerprint)).encode();
  }

  private AttemptErrors() {}
}
