package dev.orchestrix.query;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Why a job does not run.
 *
 * @param state where it is
 * @param blockers everything that keeps it from starting, empty when nothing does
 * @param start when it will start as far as can be told; null when it cannot, or when it has
 *     started
 */
public record Explanation(
    UUID id,
    String tenant,
    String type,
    String state,
    List<Blocker> blockers,
    @Nullable Instant start) {

  /**
   * One thing that keeps a job from starting.
   *
   * @param kind for programs; see {@code docs/api.md}
   * @param detail for people
   * @param reason which limit, pause or circuit, or null
   * @param until when it is over as far as can be told, or null
   * @param ahead jobs of its own tenant that come before it; null where nothing is counted
   */
  public record Blocker(
      String kind,
      String detail,
      @Nullable String reason,
      @Nullable Instant until,
      @Nullable Ahead ahead) {}

  /**
   * How many jobs of the same tenant come before one.
   *
   * @param atLeast whether counting has ended before there were no more
   */
  public record Ahead(long jobs, boolean atLeast) {
    static final Ahead NONE = new Ahead(0, false);

    Ahead plus(long more) {
      return new Ahead(jobs + more, atLeast);
    }

    /** For people, to be put behind what it is that they wait for. */
    String text() {
      return jobs == 0
          ? ""
          : "; %s%d of its tenant's jobs come before it"
              .formatted(atLeast ? "at least " : "", jobs);
    }
  }

  /**
   * What makes jobs wait over the whole cluster.
   *
   * @param jobs how many wait for it
   * @param waitingSeconds how long they have waited in all
   */
  public record Top(String reason, long jobs, double waitingSeconds) {}
}
