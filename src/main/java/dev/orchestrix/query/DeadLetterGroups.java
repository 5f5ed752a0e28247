package dev.orchestrix.query;

import java.time.Instant;
import java.util.List;

/**
 * Letters of a tenant by their cause, the most frequent first.
 *
 * @param letters how many were looked at
 * @param complete whether those were all
 */
public record DeadLetterGroups(List<Group> groups, long letters, boolean complete) {

  /**
   * Letters with one fingerprint.
   *
   * @param sample the one of the newest job
   */
  public record Group(long count, Instant firstFailedAt, Instant lastFailedAt, DeadLetter sample) {}
}
