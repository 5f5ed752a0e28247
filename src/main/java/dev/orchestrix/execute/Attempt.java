package dev.orchestrix.execute;

import dev.orchestrix.core.job.ErrorCategory;
import dev.orchestrix.core.job.Outcome;
import dev.orchestrix.transition.ClaimedJob;
import dev.orchestrix.transition.Note;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of one job on a virtual thread of its own, from claim to outcome. */
final class Attempt implements JobContext, Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);
  private static final int MOST_CHECKPOINT_BYTES = 64 * 1024;

  private final ClaimedJob job;
  private final JobHandler handler;
  private final Consumer<Attempt> onStart;
  private final Consumer<Attempt> onEnd;
  private final Notebook notebook;
  private final Flusher flusher;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final List<Runnable> onCancel = new ArrayList<>(0);
  private final AtomicBoolean interrupted = new AtomicBoolean();
  private final Instant madeAt = Instant.now();
  private final long madeNanos = System.nanoTime();
  private final AttemptClocks clocks;
  private volatile long startedNanos = madeNanos;
  private volatile @Nullable Thread thread;
  private volatile @Nullable Outcome verdict;
  private volatile long interruptNanos;
  private volatile @Nullable Outcome outcome;
  private volatile long endedNanos;

  /**
   * @param onStart called on the attempt's thread just before the handler
   * @param onEnd called once, from any thread, when the outcome is known
   */
  Attempt(
      ClaimedJob job,
      JobHandler handler,
      Flusher flusher,
      Consumer<Attempt> onStart,
      Consumer<Attempt> onEnd) {
    this.job = job;
    this.flusher = flusher;
    this.notebook = new Notebook(job, flusher, this::lost);
    this.handler = handler;
    this.onStart = onStart;
    this.onEnd = onEnd;
    var own = job.timeoutMillis();
    var limit = own == null ? handler.timeout() : Duration.ofMillis(own);
    this.clocks = new AttemptClocks(limit, job.timeLeft(), madeNanos);
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    startedNanos = System.nanoTime();
    clocks.start(startedNanos);
    onStart.accept(this);
    end(outcome());
  }

  /** Runs the handler unless it should not even begin. */
  private Outcome outcome() {
    var before = verdict;
    if (before != null) {
      return before;
    }
    try {
      return judged(Results.checked(handler.run(this)));
    } catch (SnoozeException snooze) {
      return judged(new Outcome.Snoozed(snooze.pause()));
    } catch (HandlerException told) {
      return judged(told.outcome());
    } catch (Exception failed) {
      return judged(
          new Outcome.Failed(
              ErrorCategory.HANDLER_ERROR, failed.toString(), stack(failed), true, null));
    } catch (Throwable broken) {
      LOG.atError().addKeyValue("job", job.id()).setCause(broken).log("a handler is broken");
      return new Outcome.Failed(
          ErrorCategory.CRASHED, broken.toString(), stack(broken), false, null);
    }
  }

  /** A stopping node takes what the handler still achieved; a timeout or cancellation stands. */
  private Outcome judged(Outcome own) {
    var judged = verdict;
    boolean achieved = own instanceof Outcome.Succeeded && judged instanceof Outcome.Interrupted;
    return judged == null || achieved ? own : judged;
  }

  /**
   * Ends the attempt with this outcome as soon as the handler lets go: it is asked to now, and
   * interrupted after the grace. The first verdict stands; a later one can only shorten the grace.
   */
  void cancel(Outcome why, Duration grace) {
    long interrupt = System.nanoTime() + grace.toNanos();
    List<Runnable> actions = List.of();
    synchronized (onCancel) {
      if (ended.get()) {
        return;
      }
      boolean first = verdict == null;
      if (first || interrupt - interruptNanos < 0) {
        interruptNanos = interrupt;
      }
      if (first) {
        verdict = why;
        actions = List.copyOf(onCancel);
      }
    }
    actions.forEach(this::act);
    if (grace.isZero()) {
      interrupt();
    }
  }

  /**
   * Cancels when a clock has run out, interrupts after the grace, and gives up on a handler that
   * does not let go even then.
   */
  void check(long nowNanos, Duration patience) {
    var judged = verdict;
    if (judged == null) {
      var over = clocks.over(nowNanos);
      if (over != null) {
        cancel(over, Duration.ZERO);
      }
      return;
    }
    if (nowNanos - interruptNanos >= 0) {
      interrupt();
    }
    if (nowNanos - interruptNanos >= patience.toNanos() && !ended.get()) {
      LOG.atWarn()
          .addKeyValue("job", job.id())
          .log("handler of type {} ignores its end; its thread is given up", job.type());
      end(judged);
    }
  }

  private void interrupt() {
    var running = thread;
    if (running != null && interrupted.compareAndSet(false, true)) {
      running.interrupt();
    }
  }

  /** Somebody else has the job by now: what this attempt does is in vain. */
  private void lost() {
    LOG.atWarn().addKeyValue("job", job.id()).log("the job is no longer this attempt's; it ends");
    cancel(new Outcome.Interrupted(), Duration.ZERO);
  }

  private void end(Outcome with) {
    if (ended.compareAndSet(false, true)) {
      endedNanos = System.nanoTime();
      outcome = with;
      onEnd.accept(this);
    }
  }

  private void act(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException failed) {
      LOG.atWarn()
          .addKeyValue("job", job.id())
          .setCause(failed)
          .log("what the handler of type {} does on cancel failed; it is interrupted", job.type());
    }
  }

  private static String stack(Throwable thrown) {
    var text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  ClaimedJob job() {
    return job;
  }

  Outcome ending() {
    var known = outcome;
    if (known == null) {
      throw new IllegalStateException("the attempt has not ended: " + job.id());
    }
    return known;
  }

  Duration took() {
    return Duration.ofNanos(endedNanos - startedNanos);
  }

  /** What it has said that is not written yet, or null; for its outcome, when it has ended. */
  @Nullable Note said() {
    return notebook.close();
  }

  @Override
  public UUID id() {
    return job.id();
  }

  @Override
  public String tenant() {
    return job.tenant();
  }

  @Override
  public String type() {
    return job.type();
  }

  @Override
  public String payload() {
    return job.payload();
  }

  @Override
  public int attempt() {
    return job.attempt();
  }

  @Override
  public Instant deadline() {
    return madeAt.plusNanos(clocks.endNanos() - madeNanos);
  }

  @Override
  public Instant extend(Duration more) {
    clocks.extend(more, System.nanoTime());
    return deadline();
  }

  @Override
  public void heartbeat() {
    clocks.hear(System.nanoTime());
  }

  @Override
  public String traceId() {
    var given = job.trace();
    return given == null ? job.id().toString().replace("-", "") : given;
  }

  @Override
  public boolean cancelled() {
    return verdict != null;
  }

  @Override
  public @Nullable String cancelReason() {
    return switch (verdict) {
      case null -> null;
      case Outcome.Cancelled(var reason) -> reason;
      case Outcome.Failed failed -> failed.message();
      case Outcome.Interrupted _ -> "the node stops";
      case Outcome.Held _ -> "its circuit is open";
      case Outcome.Succeeded _, Outcome.Snoozed _ ->
          throw new IllegalStateException("nobody but the handler decides that");
    };
  }

  @Override
  public void onCancel(Runnable action) {
    synchronized (onCancel) {
      if (verdict == null) {
        onCancel.add(action);
        return;
      }
    }
    act(action);
  }

  @Override
  public void progress(double fraction, String note) {
    heartbeat();
    notebook.progress(fraction, note);
  }

  @Override
  public void log(String line) {
    log(null, line);
  }

  @Override
  public void log(@Nullable LogLevel level, String line) {
    heartbeat();
    notebook.log(Instant.now(), level, line);
    if (LOG.isDebugEnabled()) {
      LOG.atDebug()
          .addKeyValue("job", job.id())
          .addKeyValue("tenant", job.tenant())
          .addKeyValue("trace", traceId())
          .log(line);
    }
  }

  @Override
  public Optional<String> checkpoint() {
    return Optional.ofNullable(job.checkpoint());
  }

  @Override
  public void checkpoint(String json) {
    heartbeat();
    notebook.checkpoint(storable(json));
  }

  @Override
  public boolean checkpointNow(String json) throws InterruptedException {
    heartbeat();
    notebook.checkpointNow(storable(json));
    boolean mine = flusher.writeNow(notebook).await();
    if (!mine) {
      lost();
    }
    return mine;
  }

  private static String storable(String checkpoint) {
    var fault = JsonText.fault("the checkpoint", checkpoint, MOST_CHECKPOINT_BYTES);
    if (fault.isPresent()) {
      throw new IllegalArgumentException(fault.get());
    }
    return checkpoint;
  }
}
