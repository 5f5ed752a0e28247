package dev.orchestrix.event;

import dev.orchestrix.core.job.JobState;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A transition as it came over the bus; its text is made once, however many want it. */
public final class Heard {
  private final UUID id;
  private final String type;
  private final Standing standing;
  private final JsonObject json;
  private @Nullable String text;

  private Heard(UUID id, String type, Standing standing, JsonObject json) {
    this.id = id;
    this.type = type;
    this.standing = standing;
    this.json = json;
  }

  /** What a message says, or nothing if it is no transition: anybody may publish on the bus. */
  static Optional<Heard> of(JsonObject json) {
    try {
      var state = JobState.valueOf(json.getString("state", ""));
      var standing = new Standing(state, json.getInteger("attempt", 0));
      var id = UUID.fromString(json.getString("id", ""));
      return Optional.of(new Heard(id, json.getString("type", ""), standing, json));
    } catch (IllegalArgumentException | ClassCastException foreign) {
      return Optional.empty();
    }
  }

  /** The job. */
  public UUID id() {
    return id;
  }

  public String type() {
    return type;
  }

  public Standing standing() {
    return standing;
  }

  /** The event as JSON text. */
  public String text() {
    if (text == null) {
      text = json.encode();
    }
    return text;
  }

  /** The same with the category of an error alone: what a handler says may repeat a payload. */
  public String textWithoutMessage() {
    return json.getValue("error") instanceof String error
        ? json.copy().put("error", error.split(":", 2)[0]).encode()
        : text();
  }
}
