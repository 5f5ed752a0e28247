package dev.orchestrix.transition;

import java.time.Duration;
import java.util.UUID;

/**
 * That a job is to end.
 *
 * @param reason what its errors, and its handler if it runs, are told
 * @param grace how long a running handler may take before it is interrupted
 */
public record CancelRequest(UUID job, String reason, Duration grace) {

  /** The grace unless somebody asks for another. */
  public static final Duration USUAL_GRACE = Duration.ofSeconds(5);
}
