package dev.orchestrix.execute;

import dev.orchestrix.transition.ClaimedJob;
import dev.orchestrix.transition.Note;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What one attempt has said, and how much of it is written. From any thread. */
final class Notebook {
  private final ClaimedJob job;
  private final Flusher flusher;
  private final Runnable onLost;
  private @Nullable Report report;
  private @Nullable String text;
  private @Nullable String writtenText;
  private @Nullable String checkpoint;
  private @Nullable String writtenCheckpoint;
  private boolean waiting;
  private boolean closed;
  private boolean lost;

  /**
   * @param onLost called on an event loop when the job turns out to be no longer this attempt's
   */
  Notebook(ClaimedJob job, Flusher flusher, Runnable onLost) {
    this.job = job;
    this.flusher = flusher;
    this.onLost = onLost;
  }

  synchronized void progress(double fraction, String note) {
    report().progress(fraction, note);
    changed();
  }

  synchronized void log(Instant at, @Nullable LogLevel level, String line) {
    report().log(at, level, line);
    changed();
  }

  /**
   * @param json one JSON value that may be stored
   */
  synchronized void checkpoint(String json) {
    checkpoint = json;
    changed();
  }

  /** The same for one that the caller has written now, by {@link Flusher#writeNow}. */
  synchronized void checkpointNow(String json) {
    checkpoint = json;
  }

  /** Its turn has come, and what is said from now on waits for the next. */
  synchronized @Nullable Note turn() {
    waiting = false;
    return unwritten();
  }

  /** What is not written yet, or null for nothing; it stays so until {@link #written}. */
  synchronized @Nullable Note unwritten() {
    return isOver() ? null : note();
  }

  /** The same for the outcome to carry; from now on nothing more is. */
  synchronized @Nullable Note close() {
    closed = true;
    return note();
  }

  /**
   * A note has been written.
   *
   * @param mine false when it was refused, because the job is no longer this attempt's
   */
  synchronized void written(Note note, boolean mine) {
    if (mine) {
      writtenText = note.report() == null ? writtenText : note.report();
      writtenCheckpoint = note.checkpoint() == null ? writtenCheckpoint : note.checkpoint();
    } else {
      lost = true;
    }
  }

  /** A note was refused that nobody waits for. */
  void refused() {
    synchronized (this) {
      if (closed) {
        return;
      }
    }
    onLost.run();
  }

  /** A note was not written; it comes again. */
  synchronized void unanswered() {
    changed();
  }

  /** Whether nothing of it is to be written any more, except by the outcome. */
  synchronized boolean isOver() {
    return lost || closed;
  }

  private Report report() {
    var known = report;
    if (known == null) {
      known = new Report(job.attempt(), job.report());
      report = known;
    }
    text = null;
    return known;
  }

  private void changed() {
    if (!waiting && !isOver()) {
      waiting = true;
      flusher.heard(this);
    }
  }

  /** Whether a text is written is told by its identity: each is made once and then kept. */
  @SuppressWarnings({"ReferenceEquality", "StringEquality"})
  private @Nullable Note note() {
    if (report != null && text == null) {
      text = report.text();
    }
    var newText = text == writtenText ? null : text;
    var newCheckpoint = checkpoint == writtenCheckpoint ? null : checkpoint;
    return newText == null && newCheckpoint == null
        ? null
        : new Note(job.id(), job.attempt(), newText, newCheckpoint);
  }
}
