package dev.orchestrix.core.fair;

import java.time.Duration;

/**
 * How many jobs may be on a stream: what executors get through in a given time, so that a newcomer
 * waits no longer than that behind anybody's backlog. It doubles while executors run dry and
 * follows the measured rate otherwise; it is never more than twice that, so that a feeder that
 * cannot keep up does not fill it with seconds of work. Not thread-safe.
 */
public final class DeliveryWindow {

  /** So little that a newcomer waits for few jobs even where each takes long; it grows fast. */
  public static final int SMALLEST = 32;

  /** Keeps a stream below about 20 MB whatever was measured. */
  public static final int LARGEST = 50_000;

  private final double seconds;
  private double size = SMALLEST;
  private double rate;

  /**
   * @param work how much work, in time, the window holds
   */
  public DeliveryWindow(Duration work) {
    this.seconds = work.toMillis() / 1000.0;
  }

  /** The size in jobs, {@value #SMALLEST} to {@value #LARGEST}. */
  public int size() {
    return (int) size;
  }

  /**
   * Learns from what has happened since the last call.
   *
   * @param done jobs that left the stream
   * @param elapsed in what time, more than zero
   * @param dry whether the stream was found nearly empty while more was waiting in the backlog
   */
  public void observe(long done, Duration elapsed, boolean dry) {
    double now = done * 1e9 / elapsed.toNanos();
    double weight = Math.min(1, elapsed.toMillis() / 500.0);
    rate += (now - rate) * weight;
    double wanted = rate * seconds;
    double most = 2 * Math.max(now, rate) * seconds;
    size = Math.max(wanted, dry ? Math.min(size * 2, most) : size * (1 - weight / 4));
    size = Math.clamp(size, SMALLEST, LARGEST);
  }
}
