package dev.orchestrix.store;

import io.vertx.core.Future;
import java.time.Duration;

/** What a {@link Loop} does again and again. All of it is called on one context. */
public interface Chore {
  /**
   * How a chore is repeated.
   *
   * @param name what it is called in meters and by the watchdog
   * @param first how long after the start its first turn is
   * @param pause how long after the end of one turn the next begins
   * @param limit a turn that takes longer has failed, and the next does not wait for its end
   */
  record Rhythm(String name, Duration first, Duration pause, Duration limit) {
    /** A rhythm whose first turn comes at once. */
    public static Rhythm atOnce(String name, Duration pause, Duration limit) {
      return new Rhythm(name, Duration.ZERO, pause, limit);
    }

    /** A rhythm that begins with a pause. */
    public static Rhythm later(String name, Duration pause, Duration limit) {
      return new Rhythm(name, pause, pause, limit);
    }
  }

  /** The same at every call. */
  Rhythm rhythm();

  /** One turn. */
  Future<?> turn();

  /** Says in the log what a turn that has failed leaves undone until when. */
  void failed(Throwable error);

  /** How long to wait after a turn, whatever became of it. */
  default Duration pause() {
    return rhythm().pause();
  }

  /** In place of a turn while another node leads: whoever leads knows better what is to be done. */
  default void standBy() {}

  /** No turn follows; one that is under way may end early. */
  default void stop() {}
}
