package dev.orchestrix.http;

import dev.orchestrix.core.limit.LimitKind;
import dev.orchestrix.tenant.Limit;
import dev.orchestrix.tenant.Limits;
import java.util.Optional;

/** Where a list of limits goes on. */
final class LimitCursor {

  static String write(Limit last) {
    return TextCursor.write(last.kind().label(), last.tenant(), last.name());
  }

  /** What {@link #write} wrote, or nothing for anything else. */
  static Optional<Limits.Place> read(String text) {
    return TextCursor.read(text, 3)
        .flatMap(
            names ->
                LimitKind.ofLabel(names.get(0))
                    .map(kind -> new Limits.Place(kind, names.get(1), names.get(2))));
  }

  private LimitCursor() {}
}
