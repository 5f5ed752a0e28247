package dev.orchestrix.auth;

import io.vertx.core.Future;

/** Whoever stands at the door, as far as what they show tells. */
public sealed interface Visitor
    permits Caller, Visitor.Stranger, Visitor.Powerless, Visitor.Undecided, Visitor.Later {

  /**
   * Nobody that is known.
   *
   * @param tried whether they showed anything
   * @param detail why that opens nothing, for them to read
   */
  record Stranger(boolean tried, String detail) implements Visitor {}

  /**
   * Somebody whom the issuer knows, and whose token opens nothing here.
   *
   * @param detail what it lacks, for them to read
   */
  record Powerless(String detail) implements Visitor {}

  /**
   * Somebody with a token that cannot be looked at.
   *
   * @param detail why, for them to read
   */
  record Undecided(String detail) implements Visitor {}

  /**
   * Somebody with a token of a key that is asked for: it is worth looking again when that has
   * ended, well or not.
   *
   * @param keys completes on any thread; a failure means that the keys are as they were
   */
  record Later(Future<Void> keys) implements Visitor {}
}
