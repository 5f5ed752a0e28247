package dev.orchestrix.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * One client that listens. What it does not read in time waits here, up to a limit; then it is told
 * that it lags, and dropped.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
final class SseStream {
  private static final int MOST_WAITING = 1_000;
  private static final int MOST_BYTES = 1 << 20;
  private static final Buffer HEARTBEAT = Buffer.buffer(": still here\n\n");
  private static final Buffer LAG = last("lag", "events came faster than they were read");
  private static final Buffer SHUT =
      last("unauthenticated", "the key or token was revoked or has ended");

  private final HttpServerResponse response;
  private final List<Runnable> whenEnded = new ArrayList<>();
  private final Deque<Buffer> waiting = new ArrayDeque<>();
  private int bytes;
  private boolean opened;
  private boolean ended;

  SseStream(HttpServerResponse response) {
    this.response = response;
    response.closeHandler(_ -> drop());
  }

  /** Calls this once, when the stream has ended for whatever reason. */
  void whenEnded(Runnable action) {
    if (ended) {
      action.run();
    } else {
      whenEnded.add(action);
    }
  }

  /** Sends the headers; what is sent before is not sent at all. */
  void open() {
    opened = true;
    Answers.head(response, 200, "text/event-stream");
    response.putHeader("x-accel-buffering", "no"); // nginx would hold events back
    response.setChunked(true);
    response.drainHandler(_ -> flush());
    response.write(Buffer.buffer("retry: 2000\n\n"));
  }

  /** Sends an event; the data must be one line. */
  void send(String id, String data) {
    if (ended || !opened) {
      return;
    }
    var event = Buffer.buffer("id: " + id + "\ndata: " + data + "\n\n");
    if (waiting.isEmpty() && !response.writeQueueFull()) {
      response.write(event);
      return;
    }
    waiting.add(event);
    bytes += event.length();
    if (waiting.size() > MOST_WAITING || bytes > MOST_BYTES) {
      end(LAG);
    }
  }

  /** Shows an idle client, and everything between it and us, that the stream is alive. */
  void heartbeat() {
    if (opened && !ended && waiting.isEmpty() && !response.writeQueueFull()) {
      response.write(HEARTBEAT);
    }
  }

  /** Ends the stream after what was sent. */
  void end() {
    if (ended) {
      return;
    }
    waiting.forEach(response::write);
    finish();
  }

  /** Ends the stream of somebody who may hear no more, and says so. */
  void shut() {
    if (!ended) {
      end(SHUT);
    }
  }

  /** Ends the stream without a word: the client is gone, or has got another answer. */
  void drop() {
    if (!ended) {
      ended = true;
      waiting.clear();
      whenEnded.forEach(Runnable::run);
    }
  }

  private void end(Buffer lastWord) {
    response.write(lastWord);
    finish();
  }

  private static Buffer last(String event, String reason) {
    return Buffer.buffer("event: %s\ndata: {\"reason\":\"%s\"}\n\n".formatted(event, reason));
  }

  private void finish() {
    response.end();
    drop();
  }

  private void flush() {
    while (!ended && !waiting.isEmpty() && !response.writeQueueFull()) {
      var event = waiting.remove();
      bytes -= event.length();
      response.write(event);
    }
  }
}
