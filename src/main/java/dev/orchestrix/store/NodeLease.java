package dev.orchestrix.store;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Whether this node may count on its lease at this moment, by its own monotonic clock and without
 * asking anybody. The database believes a node alive for a whole lease; the node itself stops
 * counting on it after two thirds, so that what it runs has ended before others begin it.
 */
public final class NodeLease {
  private final Duration trusted;
  private final List<Runnable> onLapse = new CopyOnWriteArrayList<>();
  private final List<Runnable> onReturn = new CopyOnWriteArrayList<>();
  private volatile long renewedNanos = System.nanoTime();
  private volatile boolean lost;
  private boolean stood = true;

  /**
   * Counts from now on: make it before the node is registered.
   *
   * @param lease how long the database believes the node alive after a renewal
   */
  public NodeLease(Duration lease) {
    this.trusted = lease.multipliedBy(2).dividedBy(3);
  }

  /** Whether jobs may be claimed and started now. */
  public boolean stands() {
    return !lost && System.nanoTime() - renewedNanos < trusted.toNanos();
  }

  /** How long a renewal is trusted. */
  public Duration trusted() {
    return trusted;
  }

  /**
   * The database has renewed the lease.
   *
   * @param sentNanos {@link System#nanoTime} from before it was asked
   */
  public void renewed(long sentNanos) {
    renewedNanos = sentNanos;
  }

  /** Others have taken the node's work back: it never stands again. */
  public void lose() {
    lost = true;
  }

  /** Runs {@code action} soon after each time the lease stops to stand, on a thread of its own. */
  public void onLapse(Runnable action) {
    onLapse.add(action);
  }

  /** Runs {@code action} soon after each time the lease stands again. */
  public void onReturn(Runnable action) {
    onReturn.add(action);
  }

  /** Tells of a change since the last call. For one thread, which calls it often. */
  public void look() {
    boolean stands = stands();
    if (stands != stood) {
      stood = stands;
      (stands ? onReturn : onLapse).forEach(Runnable::run);
    }
  }
}
