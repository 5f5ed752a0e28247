package dev.orchestrix.http;

import dev.orchestrix.auth.Caller;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One batch on its way in: its items are submitted as they arrive, and no more is read while too
 * many of them are unanswered.
 */
final class BatchUpload implements ItemSink {
  private static final Logger LOG = LoggerFactory.getLogger(BatchUpload.class);

  private static final int MOST_UNANSWERED = 4_000;
  private static final long MOST_BYTES = 8 << 20;

  private final HttpServerRequest request;
  private final Intake intake;
  private final Budget budget;
  private final @Nullable String trace;
  private final ItemSplitter splitter;
  private final int maxItem;
  private final Caller caller;
  private final BatchLedger ledger = new BatchLedger();

  private long bytes;
  private boolean paused;
  private boolean ended;
  private boolean gone;
  private @Nullable Problem broken;

  BatchUpload(
      HttpServerRequest request,
      BodyKind kind,
      Intake intake,
      Budget budget,
      int maxItem,
      Caller caller) {
    this.request = request;
    this.intake = intake;
    this.budget = budget;
    this.trace = SubmitJob.traceOf(request);
    this.maxItem = maxItem;
    this.caller = caller;
    this.splitter =
        kind == BodyKind.NDJSON
            ? new LineSplitter(this, maxItem)
            : new ArraySplitter(this, maxItem);
  }

  void begin() {
    request.handler(this::more).exceptionHandler(this::lost).endHandler(_ -> end());
  }

  @Override
  public void item(byte[] source, int from, int to) {
    int index = ledger.open();
    int length = to - from;
    take(length);
    intake
        .offer(source, from, to, trace, null, caller)
        .onSuccess(
            verdict -> {
              take(-length);
              settle(index, verdict);
            });
  }

  @Override
  public void tooLong() {
    ledger.reject(
        ledger.open(), Problem.of(ProblemCode.TOO_LARGE, "more than " + maxItem + " bytes"));
  }

  private void more(Buffer piece) {
    if (broken != null) {
      return; // what follows the break is read past, so that the client comes to read the answer
    }
    try {
      splitter.feed(piece.getBytes());
    } catch (JsonFault fault) {
      breakOff(fault);
    }
    if (!paused && tooMuch(1)) {
      paused = true;
      request.pause();
    }
  }

  private void end() {
    if (broken != null) {
      return;
    }
    try {
      splitter.end();
      ended = true;
    } catch (JsonFault fault) {
      breakOff(fault);
    }
    answerWhenSettled();
  }

  private void breakOff(JsonFault fault) {
    broken =
        Problem.of(
            fault.code(),
            fault.detail() + "; the jobs accepted before that stay accepted and are listed");
    ended = true;
    answerWhenSettled();
  }

  private void lost(Throwable cause) {
    gone = true;
    if (!ended) {
      LOG.atInfo()
          .addKeyValue("accepted", ledger.accepted())
          .addKeyValue("unanswered", ledger.unanswered())
          .addKeyValue("cause", cause.getMessage())
          .log("a client went away in the middle of a batch; what was accepted will run");
    }
  }

  private void settle(int index, Verdict verdict) {
    switch (verdict) {
      case Verdict.Accepted(var job) -> ledger.accept(index, job.id());
      case Verdict.Known(var job, _) -> ledger.accept(index, job);
      case Verdict.Refused(var problem) -> ledger.reject(index, problem);
    }
    if (paused && !tooMuch(2)) {
      paused = false;
      request.resume();
    }
    answerWhenSettled();
  }

  private void take(int length) {
    bytes += length;
    budget.take(length);
  }

  /** Whether the unanswered items are more than the n-th part of what one batch may have. */
  private boolean tooMuch(int part) {
    int unanswered = ledger.unanswered();
    return unanswered > 0
        && (unanswered > MOST_UNANSWERED / part || bytes > MOST_BYTES / part || budget.spent());
  }

  private void answerWhenSettled() {
    if (ended && !gone && ledger.unanswered() == 0 && Answers.open(request.response())) {
      new BatchAnswer(request.response(), ledger, outcome()).send();
    }
  }

  /** Why the whole batch is a problem, or null. */
  private @Nullable Problem outcome() {
    if (broken != null || ledger.accepted() > 0) {
      return broken;
    }
    if (ledger.items() == 0) {
      return Problem.of(ProblemCode.NOTHING_ACCEPTED, "the batch has no jobs");
    }
    return ledger.allRejected(ProblemCode.UNAVAILABLE)
        ? Problem.of(ProblemCode.UNAVAILABLE, "no job of the batch could be written")
        : Problem.of(ProblemCode.NOTHING_ACCEPTED, "every job of the batch was rejected");
  }
}
