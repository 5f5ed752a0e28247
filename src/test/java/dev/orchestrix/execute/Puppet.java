package dev.orchestrix.execute;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A handler that does what a test has put into it, and hands out the context of what it runs. */
final class Puppet implements JobHandler {

  /** What an attempt does. */
  interface Play {
    @Nullable String run(JobContext job) throws Exception;
  }

  private final BlockingQueue<JobContext> begun = new LinkedBlockingQueue<>();
  private final String type;
  private final Play play;

  Puppet(String type, Play play) {
    this.type = type;
    this.play = play;
  }

  /** The next attempt that has begun and was not asked for yet. */
  JobContext begun() {
    try {
      var job = begun.poll(60, TimeUnit.SECONDS);
      if (job == null) {
        throw new AssertionError("no attempt has begun");
      }
      return job;
    } catch (InterruptedException stopped) {
      throw new AssertionError("interrupted", stopped);
    }
  }

  boolean idle() {
    return begun.isEmpty();
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public Duration timeout() {
    return Duration.ofMinutes(2);
  }

  @Override
  public @Nullable String run(JobContext job) throws Exception {
    begun.add(job);
    return play.run(job);
  }
}
