package dev.orchestrix.handler;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.orchestrix.execute.JobHandler;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A job on a virtual thread of its own, as the executor runs it. */
final class RunningJob {
  private final CompletableFuture<@Nullable String> outcome = new CompletableFuture<>();
  private final TestJob job;
  private final Thread thread;

  RunningJob(JobHandler handler, TestJob job) {
    this.job = job;
    thread = Thread.ofVirtual().start(() -> run(handler, job));
  }

  /** What an executor does to end an attempt. */
  void cancel() {
    job.cancel();
    thread.interrupt();
  }

  void interrupt() {
    thread.interrupt();
  }

  @Nullable String result() throws Exception {
    return outcome.get(20, SECONDS);
  }

  /** What it threw; a test fails if it has not ended within 20 seconds. */
  Throwable failure() throws Exception {
    var _ = outcome.handle((_, _) -> "over").get(20, SECONDS);
    return outcome.exceptionNow();
  }

  private void run(JobHandler handler, TestJob job) {
    try {
      outcome.complete(handler.run(job));
    } catch (Throwable e) {
      outcome.completeExceptionally(e);
    }
  }
}
