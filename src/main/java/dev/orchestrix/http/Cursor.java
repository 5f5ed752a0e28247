package dev.orchestrix.http;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/** Where a list goes on, as text that promises nothing to whoever looks into it. */
final class Cursor {
  private static final int LENGTH = 22;

  static String write(UUID before) {
    var bytes =
        ByteBuffer.allocate(16)
            .putLong(before.getMostSignificantBits())
            .putLong(before.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /** What {@link #write} wrote, or nothing for anything else. */
  static Optional<UUID> read(String text) {
    if (text.length() != LENGTH) {
      return Optional.empty();
    }
    try {
      var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      return Optional.of(new UUID(bytes.getLong(), bytes.getLong()));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private Cursor() {}
}
