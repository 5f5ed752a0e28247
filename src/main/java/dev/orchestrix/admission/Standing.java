package dev.orchestrix.admission;

import dev.orchestrix.core.limit.Reason;
import dev.orchestrix.core.limit.TokenBucket;

/** How a limit stands at this moment, by the clock of Redis. */
public sealed interface Standing {

  /** What a job waits for as long as it does not get it. */
  Reason reason();

  /**
   * Tokens.
   *
   * @param bucket what refills it
   * @param level what it holds now
   */
  record Tokens(Reason reason, TokenBucket bucket, TokenBucket.Level level) implements Standing {}

  /**
   * Slots.
   *
   * @param slots there are so many
   * @param used are held
   * @param waiting jobs of its tenant that wait in Redis for one before it does
   */
  record Slots(Reason reason, int slots, long used, long waiting) implements Standing {}
}
