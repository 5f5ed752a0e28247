package dev.orchestrix.http;

import org.jspecify.annotations.Nullable;

/** Reads what a retry may say: nothing, or {@code {"payload": ...}}. */
final class RetryReader {

  /** What reading gave. */
  sealed interface Reading {}

  /**
   * @param payload JSON text to run the job with, or null for its own
   */
  record Read(@Nullable String payload) implements Reading {}

  record Refused(Problem problem) implements Reading {}

  private final Document document;
  private @Nullable String payload;

  private RetryReader(byte[] bytes) {
    this.document = new Document(bytes, JobReader.PAYLOAD_DEPTH + 1);
  }

  /** The retry, or everything that is wrong with its document. No bytes are no document. */
  static Reading read(byte[] bytes) {
    return bytes.length == 0 ? new Read(null) : new RetryReader(bytes).read();
  }

  private Reading read() {
    var problem = document.read(this::field, () -> {});
    return problem.isPresent() ? new Refused(problem.get()) : new Read(payload);
  }

  private boolean field(String name) throws JsonFault {
    if (!name.equals("payload")) {
      return false;
    }
    payload = JobDraft.payload(document.json, document.violations);
    return true;
  }
}
