package dev.orchestrix.handler;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The header fields of a request, whose names do not care about case. */
record HttpHeaders(SortedMap<String, String> fields) {

  /** RFC 9110, 5.6.2. */
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");

  /** No line end, which would start a header of its own, and nothing that needs a charset. */
  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e]{0,8192}");

  /** They say how a message is sent or to whom, which is the client's business. */
  private static final Set<String> THE_CLIENTS_OWN =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** What another origin may see. Any other header may be a credential. */
  private static final Set<String> HARMLESS =
      Set.of(
          "accept",
          "accept-encoding",
          "accept-language",
          "cache-control",
          "content-encoding",
          "content-language",
          "content-type",
          "if-modified-since",
          "if-none-match",
          "prefer",
          "range",
          "traceparent",
          "user-agent");

  static HttpHeaders of(Map<String, String> fields) {
    var sorted = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    sorted.putAll(fields);
    return new HttpHeaders(Collections.unmodifiableSortedMap(sorted));
  }

  /** Why a job may not send this field, or nothing if it may. */
  static Optional<String> refusal(String name, String value) {
    if (!TOKEN.matcher(name).matches()) {
      return Optional.of("is no header name");
    }
    if (THE_CLIENTS_OWN.contains(name.toLowerCase(Locale.ROOT))) {
      return Optional.of("cannot be set by a job");
    }
    return VALUE.matcher(value).matches()
        ? Optional.empty()
        : Optional.of("expected at most 8192 printable ASCII characters and no line end");
  }

  /** These, and {@code name} too unless it is there already. */
  HttpHeaders withDefault(String name, String value) {
    return fields.containsKey(name) ? this : with(name, value);
  }

  /** These, and {@code name} with this value whatever it had before. */
  HttpHeaders with(String name, String value) {
    var more = new TreeMap<>(fields);
    more.put(name, value);
    return new HttpHeaders(Collections.unmodifiableSortedMap(more));
  }

  HttpHeaders withoutContent() {
    return keep(name -> !name.startsWith("content-"));
  }

  HttpHeaders forAnotherOrigin() {
    return keep(HARMLESS::contains);
  }

  private HttpHeaders keep(Predicate<String> wanted) {
    var kept = new TreeMap<>(fields);
    kept.keySet().removeIf(name -> !wanted.test(name.toLowerCase(Locale.ROOT)));
    return new HttpHeaders(Collections.unmodifiableSortedMap(kept));
  }
}
