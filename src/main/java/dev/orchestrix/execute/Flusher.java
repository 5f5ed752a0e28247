package dev.orchestrix.execute;

import dev.orchestrix.core.failure.EngineException;
import dev.orchestrix.transition.Note;
import dev.orchestrix.transition.Notes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what attempts say while they run, about once a second and for all of them together. One
 * that says nothing, or ends within a second, costs nothing: its outcome carries what it said.
 */
public final class Flusher {
  private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);
  private static final int PAUSE_MILLIS = 1000;

  private final Vertx vertx;
  private final Context context;
  private final Notes notes;
  private final Queue<Notebook> heard = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean armed = new AtomicBoolean();

  public Flusher(Vertx vertx, Notes notes) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.notes = notes;
  }

  /** There is something new in it. From any thread. */
  void heard(Notebook notebook) {
    heard.add(notebook);
    arm();
  }

  /**
   * Writes what is new in it with the next batch; while Postgres does not answer, again and again.
   *
   * @return false when the job is no longer this attempt's
   */
  Future<Boolean> writeNow(Notebook notebook) {
    return write(notebook, notebook.unwritten())
        .recover(
            error -> {
              if (!(error instanceof EngineException.Unavailable)) {
                return Future.failedFuture(error);
              }
              int pause = PAUSE_MILLIS / 2 + ThreadLocalRandom.current().nextInt(PAUSE_MILLIS);
              return vertx.timer(pause, TimeUnit.MILLISECONDS).compose(_ -> writeNow(notebook));
            });
  }

  private void arm() {
    if (armed.compareAndSet(false, true)) {
      context.runOnContext(_ -> vertx.setTimer(PAUSE_MILLIS, _ -> flush()));
    }
  }

  /** What is said meanwhile waits for the next time, however long this one takes. */
  private void flush() {
    int due = heard.size();
    var writing = new ArrayList<Future<?>>(due);
    for (int i = 0; i < due; i++) {
      var notebook = heard.poll();
      if (notebook != null) {
        writing.add(
            write(notebook, notebook.turn())
                .onSuccess(mine -> told(notebook, mine))
                .onFailure(_ -> notebook.unanswered()));
      }
    }
    Future.join(writing)
        .onFailure(e -> LOG.warn("what attempts say is not written yet; tried again", e))
        .onComplete(
            _ -> {
              armed.set(false);
              if (!heard.isEmpty()) {
                arm();
              }
            });
  }

  private static void told(Notebook notebook, boolean mine) {
    if (!mine) {
      notebook.refused();
    }
  }

  private Future<Boolean> write(Notebook notebook, @Nullable Note note) {
    return note == null
        ? Future.succeededFuture(!notebook.isOver())
        : notes.keep(note).onSuccess(mine -> notebook.written(note, mine));
  }
}
