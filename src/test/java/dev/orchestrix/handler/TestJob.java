package dev.orchestrix.handler;

import dev.orchestrix.execute.HandlerException;
import dev.orchestrix.execute.JobContext;
import dev.orchestrix.execute.JobHandler;
import dev.orchestrix.execute.LogLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/** An attempt that a test cancels when it likes. */
final class TestJob implements JobContext {
  static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  /** Something to wait for. */
  interface Moment {
    void await() throws InterruptedException;
  }

  private final UUID id = UUID.randomUUID();
  private final List<Runnable> actions = new ArrayList<>();
  private final List<String> logged = new CopyOnWriteArrayList<>();
  private final String payload;
  private final Supplier<Instant> deadline;
  private boolean cancelled;

  private TestJob(String payload, Supplier<Instant> deadline) {
    this.payload = payload;
    this.deadline = deadline;
  }

  static TestJob of(String payload) {
    return new TestJob(payload, () -> Instant.now().plusSeconds(60));
  }

  TestJob endingAt(Instant instant) {
    return new TestJob(payload, () -> instant);
  }

  /** The handler learns that its deadline is now, when {@code moment} has come. */
  TestJob endingAfter(Moment moment) {
    return new TestJob(
        payload,
        () -> {
          try {
            moment.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Instant.now();
        });
  }

  /** What the handler throws, which must be a {@link HandlerException}. */
  HandlerException failIn(JobHandler handler) {
    return Assertions.catchThrowableOfType(HandlerException.class, () -> handler.run(this));
  }

  void cancel() {
    List<Runnable> due;
    synchronized (this) {
      cancelled = true;
      due = List.copyOf(actions);
    }
    due.forEach(Runnable::run);
  }

  @Override
  public void onCancel(Runnable action) {
    synchronized (this) {
      if (!cancelled) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  @Override
  public synchronized boolean cancelled() {
    return cancelled;
  }

  @Override
  public UUID id() {
    return id;
  }

  @Override
  public String tenant() {
    return "default";
  }

  @Override
  public String type() {
    return "test";
  }

  @Override
  public String payload() {
    return payload;
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public Instant deadline() {
    return deadline.get();
  }

  @Override
  public Instant extend(Duration more) {
    return deadline.get();
  }

  @Override
  public void heartbeat() {}

  @Override
  public @Nullable String cancelReason() {
    return cancelled() ? "the test wants it" : null;
  }

  @Override
  public String traceId() {
    return TRACE;
  }

  @Override
  public void progress(double fraction, String note) {}

  @Override
  public void log(String line) {
    log(null, line);
  }

  @Override
  public void log(@Nullable LogLevel level, String line) {
    logged.add(line);
  }

  @Override
  public Optional<String> checkpoint() {
    return Optional.empty();
  }

  @Override
  public void checkpoint(String json) {}

  @Override
  public boolean checkpointNow(String json) {
    return true;
  }

  /** The lines of its log so far. */
  List<String> logged() {
    return List.copyOf(logged);
  }
}
