package dev.orchestrix.recover;

import java.util.UUID;

/**
 * What looks broken. It is when it looks the same some seconds later.
 *
 * @param id of a job, or of a lease
 * @param attempt of the job; 0 for a lease, and where it does not matter
 */
public record Suspect(Invariant invariant, UUID id, int attempt) {}
