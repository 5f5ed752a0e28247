package dev.orchestrix.transition;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** The row that says which node runs a batch of jobs; it goes with the batch's last outcome. */
public final class Lease {
  private final UUID id;
  private final AtomicInteger open;

  Lease(UUID id, int jobs) {
    this.id = id;
    this.open = new AtomicInteger(jobs);
  }

  UUID id() {
    return id;
  }

  /** Jobs whose outcome is not committed yet. */
  int open() {
    return open.get();
  }

  /** Notes committed outcomes; how many are still open. */
  int close(int outcomes) {
    return open.addAndGet(-outcomes);
  }
}
