package dev.orchestrix.handler;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orchestrix.execute.HandlerException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** One request, checked: nothing in it can upset the protocol. */
record HttpCall(String method, HttpTarget target, HttpHeaders headers, Optional<String> body) {
  private static final Pattern METHOD = Pattern.compile("[A-Z]{1,20}");

  /** They are about the connection, not about a resource. */
  private static final Set<String> NOT_FOR_JOBS = Set.of("CONNECT", "TRACE");

  /**
   * Reads {@code {method, url, headers?, body?}}. A body that is text is sent as it is, any other
   * JSON as JSON.
   *
   * @throws HandlerException permanent, naming every problem
   */
  static HttpCall read(Payload payload) throws HandlerException {
    var method = method(payload);
    var target = target(payload);
    var headers = HttpHeaders.of(headers(payload));
    var body = payload.any("body");
    payload.check();
    var typed = body.map(node -> headers.withDefault("Content-Type", contentType(node)));
    return new HttpCall(
        method, target.orElseThrow(), typed.orElse(headers), body.map(HttpCall::content));
  }

  /** Method and URL without the query, for messages. */
  @Override
  public String toString() {
    return method + " " + target;
  }

  private static String method(Payload payload) {
    var text = payload.requiredText("method");
    var method = text.orElse("").toUpperCase(Locale.ROOT);
    if (text.isPresent() && (!METHOD.matcher(method).matches() || NOT_FOR_JOBS.contains(method))) {
      payload.refuse("method", "expected GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS or the like");
    }
    return method;
  }

  private static Optional<HttpTarget> target(Payload payload) {
    try {
      return payload.requiredText("url").map(HttpTarget::of);
    } catch (IllegalArgumentException e) {
      payload.refuse("url", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static Map<String, String> headers(Payload payload) {
    var headers = payload.textsByName("headers");
    var names = new HashSet<String>();
    headers.forEach(
        (name, value) -> {
          var refusal = HttpHeaders.refusal(name, value);
          refusal.ifPresent(why -> payload.refuse("headers." + printable(name), why));
          if (!names.add(name.toLowerCase(Locale.ROOT))) {
            payload.refuse("headers." + printable(name), "is given twice");
          }
        });
    return headers;
  }

  private static String contentType(JsonNode body) {
    return body.isTextual() ? "text/plain; charset=utf-8" : "application/json";
  }

  private static String content(JsonNode body) {
    return body.isTextual() ? body.textValue() : Json.write(body);
  }

  private static String printable(String name) {
    var shown = name.replaceAll("[^\\x21-\\x7e]", "?");
    return shown.length() <= 60 ? shown : shown.substring(0, 60) + "...";
  }
}
