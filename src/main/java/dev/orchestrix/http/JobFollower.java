package dev.orchestrix.http;

import dev.orchestrix.bus.JobEvent;
import dev.orchestrix.core.job.JobState;
import dev.orchestrix.event.Heard;
import dev.orchestrix.event.JobWatch;
import dev.orchestrix.event.Standing;
import dev.orchestrix.query.JobSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells one client the standings of one job, each once and in order, though they are heard of twice
 * or not at all.
 */
final class JobFollower implements JobWatch.Watcher {

  private record Early(Standing standing, Optional<Heard> event) {}

  private final SseStream stream;
  private final boolean messages;
  private final List<Early> early = new ArrayList<>();
  private @Nullable JobSummary job;
  private Standing told = new Standing(JobState.RUNNING, -1);

  /**
   * @param messages whether with what handlers have said of errors
   */
  JobFollower(SseStream stream, boolean messages) {
    this.stream = stream;
    this.messages = messages;
  }

  /** Begins with where the job stands now; what was heard meanwhile and is newer follows. */
  void begin(JobSummary present) {
    job = present;
    told = new Standing(present.state(), present.attempt());
    tell(present, told, found(present, told, since(present)));
    early.forEach(one -> stands(one.standing(), one.event()));
    early.clear();
  }

  @Override
  public void stands(Standing standing, Optional<Heard> event) {
    if (job == null) {
      early.add(new Early(standing, event));
    } else if (standing.isAfter(told)) {
      told = standing;
      var of = job;
      tell(
          of,
          standing,
          event
              .map(it -> EventStreams.text(it, messages))
              .orElseGet(() -> found(of, standing, Instant.now())));
    }
  }

  private void tell(JobSummary of, Standing standing, String event) {
    stream.send(EventStreams.eventId(of.id(), standing), event);
    if (standing.state().terminal()) {
      stream.end();
    }
  }

  private static Instant since(JobSummary job) {
    return Stream.of(job.finishedAt(), job.startedAt())
        .flatMap(Stream::ofNullable)
        .findFirst()
        .orElse(job.createdAt());
  }

  /** The event that we have not heard, without what only it could have told. */
  private static String found(JobSummary job, Standing standing, Instant at) {
    return new JobEvent(
            job.id(),
            job.tenant(),
            job.type(),
            standing.state(),
            null,
            standing.attempt(),
            at,
            null)
        .toJson()
        .encode();
  }
}
