package dev.orchestrix.execute;

import java.time.Duration;

/** The handler cannot work now and wants to be run again later; the attempt does not count. */
public final class SnoozeException extends Exception {
  private static final long serialVersionUID = 1;

  private final Duration wait;

  /**
   * @param wait how long to wait, more than zero, at most 7 days
   */
  public SnoozeException(Duration wait) {
    super("snoozed for " + wait);
    this.wait = wait;
  }

  public Duration pause() {
    return wait;
  }
}
