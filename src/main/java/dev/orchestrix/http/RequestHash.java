package dev.orchestrix.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells whether two documents ask for the same. */
final class RequestHash {
  private static final String KEY = "idempotency_key";

  /**
   * SHA-256, in hex, of a document without the whitespace between its tokens and without its
   * idempotency key. The order of its fields counts.
   *
   * @param bytes hold a document, between these places, that has been read without a fault
   */
  static String of(byte[] bytes, int from, int to) {
    var sha = sha256();
    var json = new JsonCursor(bytes, from, to, JobReader.PAYLOAD_DEPTH + 1, new Violations());
    try {
      var _ = json.kind(); // passes what stands before the document
      for (var name = json.firstName(); name != null; name = json.nextName()) {
        int start = json.start();
        json.skip();
        if (!name.equals(KEY)) {
          sha.update(UniqueKey.bytes(name));
          sha.update((byte) ':');
          compact(sha, bytes, start, json.position());
          sha.update((byte) ',');
        }
      }
    } catch (JsonFault fault) {
      throw new IllegalStateException("the document was read before", fault);
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Whitespace inside of strings stays. */
  private static void compact(MessageDigest sha, byte[] bytes, int from, int to) {
    boolean text = false;
    int begun = from;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (text && b == '\\') {
        i++;
      } else if (b == '"') {
        text = !text;
      } else if (!text && JsonScanner.isWhitespace(b)) {
        sha.update(bytes, begun, i - begun);
        begun = i + 1;
      }
    }
    sha.update(bytes, begun, to - begun);
  }

  private RequestHash() {}
}
