package dev.orchestrix.handler;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.orchestrix.core.time.Durations;
import dev.orchestrix.execute.HandlerException;
import dev.orchestrix.execute.JobContext;
import dev.orchestrix.execute.JobHandler;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * {@code sleep}: {@code {"duration": "1s"}} waits that long, 0 to 7 days, and answers nothing. A
 * job that is to sleep longer than the handler's own timeout of a day must say its own.
 */
public final class SleepHandler implements JobHandler {
  private static final Duration LONGEST = Duration.ofDays(7);

  @Override
  public String type() {
    return "sleep";
  }

  @Override
  public Duration timeout() {
    return Duration.ofHours(24);
  }

  @Override
  public @Nullable String run(JobContext job) throws HandlerException, InterruptedException {
    var duration = duration(Payload.of(job));
    var cancelled = new CountDownLatch(1);
    job.onCancel(cancelled::countDown);
    if (cancelled.await(duration.toMillis(), MILLISECONDS)) {
      throw new InterruptedException("cancelled while it slept");
    }
    return null;
  }

  private static Duration duration(Payload payload) throws HandlerException {
    var text = payload.requiredText("duration");
    var duration = text.flatMap(Durations::parse);
    if (text.isPresent() && duration.isEmpty()) {
      payload.refuse("duration", "expected " + Durations.EXPECTED);
    }
    if (duration.isPresent() && duration.get().compareTo(LONGEST) > 0) {
      payload.refuse("duration", "expected at most 7d");
    }
    payload.check();
    return duration.orElseThrow();
  }
}
