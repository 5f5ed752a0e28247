package dev.orchestrix.http;

import dev.orchestrix.core.limit.LimitKind;
import dev.orchestrix.tenant.Limit;
import dev.orchestrix.tenant.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Where a list of limits goes on, as text that promises nothing to whoever looks into it. */
final class LimitCursor {
  private static final String BETWEEN = "\n";

  static String write(Limit last) {
    var text = String.join(BETWEEN, last.kind().label(), last.tenant(), last.name());
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** What {@link #write} wrote, or nothing for anything else. */
  static Optional<Limits.Place> read(String text) {
    try {
      var parts =
          new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8)
              .split(BETWEEN, -1);
      return parts.length == 3
          ? LimitKind.ofLabel(parts[0]).map(kind -> new Limits.Place(kind, parts[1], parts[2]))
          : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private LimitCursor() {}
}
