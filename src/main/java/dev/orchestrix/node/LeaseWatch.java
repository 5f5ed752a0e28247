package dev.orchestrix.node;

import dev.orchestrix.metrics.Meters;
import dev.orchestrix.store.NodeLease;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices from a thread of its own that the node's lease has lapsed or stands again: event loops
 * may be stuck, and the heartbeat may wait for an answer.
 */
final class LeaseWatch implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseWatch.class);

  /** Looks in the time that a lease is trusted. */
  private static final int LOOKS = 100;

  private final int node;
  private final NodeLease lease;
  private final Duration every;
  private final CountDownLatch stopping = new CountDownLatch(1);

  LeaseWatch(int node, NodeLease lease, Meters meters) {
    this.node = node;
    this.lease = lease;
    this.every = Duration.ofMillis(Math.max(5, lease.trusted().toMillis() / LOOKS));
    lease.onLapse(
        () -> {
          meters.failure("lease");
          LOG.atError()
              .addKeyValue("node", node)
              .log(
                  "lease not renewed for {}: what runs is interrupted and handed back uncounted,"
                      + " nothing is claimed or started until it is renewed",
                  lease.trusted());
        });
    lease.onReturn(() -> LOG.info("node={} has its lease again and goes on", node));
  }

  void start() {
    Thread.ofPlatform().daemon().name("lease-" + node).start(this);
  }

  void stop() {
    stopping.countDown();
  }

  @Override
  public void run() {
    while (!stoppingWithin(every)) {
      lease.look();
    }
  }

  private boolean stoppingWithin(Duration pause) {
    try {
      return stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      return true; // nobody has this thread but us, and we do not interrupt it
    }
  }
}
