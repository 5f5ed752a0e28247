package dev.orchestrix.circuit;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A circuit as it is in Postgres.
 *
 * @param name {@code type:} and a type, or a type and what its jobs call: {@code
 *     http:example.com:443}
 * @param openedAt when it was last opened, or null
 * @param until when it is tried again, when its probes count as lost, or when an override ends;
 *     null for never
 * @param openings times in a row that it has opened
 * @param probes jobs that may start while it is half open
 * @param by who has overridden it, as they say, or null
 * @param why it is as it is, or null
 */
public record Circuit(
    String name,
    CircuitState state,
    @Nullable Instant openedAt,
    @Nullable Instant until,
    int openings,
    Set<UUID> probes,
    @Nullable String by,
    @Nullable String why,
    Instant updatedAt) {

  private static final String OF_TYPE = "type:";

  /** The longest name. */
  public static final int LONGEST_NAME = 400;

  /** The circuit of all jobs of a type. */
  public static String ofType(String type) {
    return OF_TYPE + type;
  }

  /** The type whose circuit it is, or null when it is that of a destination. */
  @Nullable String type() {
    return name.startsWith(OF_TYPE) ? name.substring(OF_TYPE.length()) : null;
  }
}
