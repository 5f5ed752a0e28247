package dev.orchestrix.bus;

import dev.orchestrix.core.job.JobState;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One transition of one job.
 *
 * @param previous the state it left, or null for a job that was just accepted
 * @param at by the clock of the node that saw it
 * @param error why the attempt failed, or null
 */
public record JobEvent(
    UUID id,
    String tenant,
    String type,
    JobState state,
    @Nullable JobState previous,
    int attempt,
    Instant at,
    @Nullable String error) {

  /** The version of the JSON shape, sent as {@code v}. */
  public static final int VERSION = 1;

  /** Plain JSON, so that a consumer needs no class of ours. */
  public JsonObject toJson() {
    var json =
        new JsonObject()
            .put("v", VERSION)
            .put("id", id.toString())
            .put("tenant", tenant)
            .put("type", type)
            .put("state", state.name())
            .put("previous", previous == null ? null : previous.name())
            .put("attempt", attempt)
            .put("at", at.toString());
    return error == null ? json : json.put("error", error);
  }
}
