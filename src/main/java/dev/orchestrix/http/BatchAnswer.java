package dev.orchestrix.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Tells what became of a batch. Written piece by piece as fast as the client reads, because the ids
 * of a long batch are longer than the memory that one answer should take.
 */
final class BatchAnswer {
  private static final int PIECE = 32 * 1024;

  private final HttpServerResponse response;
  private final BatchLedger ledger;
  private final @Nullable Problem problem;
  private final ByteArrayOutputStream piece = new ByteArrayOutputStream(PIECE + 1024);
  private final JsonGenerator out;
  private int rejection;
  private int id;
  private boolean idsBegun;

  /**
   * @param problem why the batch as a whole is answered by a problem document, or null
   */
  BatchAnswer(HttpServerResponse response, BatchLedger ledger, @Nullable Problem problem) {
    this.response = response;
    this.ledger = ledger;
    this.problem = problem;
    try {
      this.out = JsonBody.JSON.createGenerator(piece);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Sends it. If the client goes away meanwhile, the rest is not made. */
  void send() {
    try {
      begin();
      if (makePiece()) {
        response.end(Buffer.buffer(piece.toByteArray()));
      } else {
        response.setChunked(true);
        response.drainHandler(_ -> sendPieces());
        sendPieces();
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private void sendPieces() {
    try {
      while (!response.ended() && !response.closed() && !response.writeQueueFull()) {
        var full = Buffer.buffer(piece.toByteArray());
        piece.reset();
        if (full.length() > 0) {
          response.write(full);
        } else if (makePiece()) {
          response.end(Buffer.buffer(piece.toByteArray()));
        }
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private void begin() throws IOException {
    if (problem == null) {
      Answers.head(response, 201, Answers.JSON);
    } else {
      Answers.problemHead(response, problem);
    }
    out.writeStartObject();
    if (problem != null) {
      problem.writeTo(out);
    }
    out.writeNumberField("accepted", ledger.accepted());
    out.writeArrayFieldStart("rejected");
  }

  /** Fills a piece: whether it is the last one. */
  private boolean makePiece() throws IOException {
    while (rejection < ledger.items()) {
      if (full()) {
        return false;
      }
      writeRejection(rejection++);
    }
    if (!idsBegun) {
      idsBegun = true;
      out.writeEndArray();
      out.writeArrayFieldStart("ids");
    }
    while (id < ledger.items()) {
      if (full()) {
        return false;
      }
      writeId(id++);
    }
    out.close();
    return true;
  }

  private boolean full() throws IOException {
    out.flush();
    return piece.size() >= PIECE;
  }

  private void writeRejection(int index) throws IOException {
    var rejected = ledger.rejection(index);
    if (rejected != null) {
      out.writeStartObject();
      out.writeNumberField("index", index);
      rejected.writeCore(out);
      out.writeEndObject();
    }
  }

  private void writeId(int index) throws IOException {
    var accepted = ledger.id(index);
    if (accepted != null) {
      out.writeString(accepted.toString());
    }
  }
}
