package dev.orchestrix.bus;

import java.time.Duration;
import java.util.UUID;

/**
 * To an executor: end this attempt. Only to be quick: it stands in Postgres too, where the executor
 * looks from time to time.
 *
 * @param attempt the one that is to end; no later one
 * @param reason what the handler and the job's errors are told
 * @param grace how long the handler may take before it is interrupted
 */
public record Cancellation(UUID job, int attempt, String reason, Duration grace) {}
