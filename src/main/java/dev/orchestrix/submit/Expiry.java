package dev.orchestrix.submit;

import dev.orchestrix.core.job.Clocks;
import dev.orchestrix.core.job.NewJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A moment at which a job may have run out of time. */
record Expiry(UUID job, Instant at) {

  /** All such moments of some jobs; nearly always none. */
  static List<Expiry> of(List<NewJob> jobs) {
    var all = new ArrayList<Expiry>(0);
    for (var job : jobs) {
      var clocks = job.clocks();
      if (!clocks.equals(Clocks.NONE)) {
        add(all, job, clocks.expiresAt());
        if (clocks.deadlineAt() != null && !clocks.deadlineAt().equals(clocks.expiresAt())) {
          add(all, job, clocks.deadlineAt());
        }
      }
    }
    return all;
  }

  private static void add(List<Expiry> all, NewJob job, @Nullable Instant at) {
    if (at != null) {
      all.add(new Expiry(job.id(), at));
    }
  }
}
