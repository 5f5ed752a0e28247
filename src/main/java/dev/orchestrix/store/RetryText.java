package dev.orchestrix.store;

import dev.orchestrix.core.retry.RetryPolicy;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A job's own retry policy as it stands in {@code jobs.retry}. */
public final class RetryText {

  /** The text, or null for a job without a policy of its own. */
  public static @Nullable String write(@Nullable RetryPolicy policy) {
    if (policy == null) {
      return null;
    }
    return new JsonObject()
        .put("max_attempts", policy.maxAttempts())
        .put("policy", policy.kind().name().toLowerCase(Locale.ROOT))
        .put("initial_ms", policy.initial().toMillis())
        .put("max_ms", policy.max().toMillis())
        .put("multiplier", policy.multiplier())
        .put("jitter", policy.jitter())
        .encode();
  }

  /** The policy that {@link #write} wrote; the default one for null. */
  public static RetryPolicy read(@Nullable String text) {
    if (text == null) {
      return RetryPolicy.DEFAULT;
    }
    var json = new JsonObject(text);
    return new RetryPolicy(
        json.getInteger("max_attempts"),
        RetryPolicy.Kind.valueOf(json.getString("policy").toUpperCase(Locale.ROOT)),
        Duration.ofMillis(json.getLong("initial_ms")),
        Duration.ofMillis(json.getLong("max_ms")),
        json.getDouble("multiplier"),
        json.getDouble("jitter"));
  }

  private RetryText() {}
}
