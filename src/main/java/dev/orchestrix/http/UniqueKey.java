package dev.orchestrix.http;

import dev.orchestrix.core.job.NewJob;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** What makes two jobs of a tenant the same. */
final class UniqueKey {
  static final String PAYLOAD = "payload";
  static final String PAYLOAD_MEMBER = PAYLOAD + ".";

  /**
   * SHA-256, in hex, of some fields of a job.
   *
   * @param fields {@code type}, {@code priority}, {@code tags}, {@code payload}, or a member of it
   *     such as {@code payload.user.id}
   */
  static String of(SortedSet<String> fields, NewJob job) {
    var sha = RequestHash.sha256();
    var text = new StringBuilder();
    @Nullable CanonicalJson payload = null;
    for (var field : fields) {
      if (field.startsWith(PAYLOAD) && payload == null) {
        payload = CanonicalJson.of(job.payload());
      }
      text.setLength(0);
      append(text, field, job, payload);
      // lengths in front: no value can look like the beginning of another field
      sha.update(bytes(field.length() + ":" + field + text.length() + ":" + text));
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void append(
      StringBuilder text, String field, NewJob job, @Nullable CanonicalJson payload) {
    switch (field) {
      case "type" -> text.append(job.type());
      case "priority" -> text.append(job.priority().label());
      case "tags" ->
          job.tags().stream().sorted().distinct().forEach(tag -> text.append(tag).append('\n'));
      default -> appendMember(text, field, payload);
    }
  }

  /** A member that is missing is no text at all, and so unlike any value. */
  private static void appendMember(
      StringBuilder text, String field, @Nullable CanonicalJson payload) {
    var value = payload;
    for (int at = field.indexOf('.'); at >= 0 && value != null; ) {
      int next = field.indexOf('.', at + 1);
      value = value.member(field.substring(at + 1, next < 0 ? field.length() : next));
      at = next;
    }
    if (value != null) {
      value.write(text);
    }
  }

  private UniqueKey() {}
}
