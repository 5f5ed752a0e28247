package dev.orchestrix.http;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header that carries a trace from service to service.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">Trace Context</a>
 */
final class TraceParent {
  private static final Pattern VALUE =
      Pattern.compile("(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.{0,100})?");

  private static final String NO_TRACE = "0".repeat(32);
  private static final String NO_PARENT = "0".repeat(16);

  /**
   * The trace id, 32 hex digits; null for no header or a malformed one, which the standard wants
   * ignored.
   */
  static @Nullable String traceId(@Nullable String header) {
    var match = header == null ? null : VALUE.matcher(header);
    if (match == null || !match.matches()) {
      return null;
    }
    boolean extended = match.group(4) != null;
    boolean known = !extended || !"00".equals(match.group(1));
    String trace = match.group(2);
    return known && !NO_TRACE.equals(trace) && !NO_PARENT.equals(match.group(3)) ? trace : null;
  }

  private TraceParent() {}
}
