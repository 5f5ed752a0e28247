package dev.orchestrix.handler;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a server answered, as far as a result keeps it.
 *
 * @param headers those worth keeping, by lower-case name
 */
record HttpAnswer(int status, Map<String, String> headers, Body body) {

  /** Most bytes of a body that are kept. */
  static final int KEPT_BYTES = 128 * 1024;

  /** Leaves a result of 256 KiB room for status and headers. */
  private static final int ROOM_IN_JSON = 200 * 1024;

  private static final Pattern CHARSET =
      Pattern.compile(";\\s*charset\\s*=\\s*\"?([A-Za-z0-9._:+-]{1,40})", Pattern.CASE_INSENSITIVE);

  /**
   * @param text the body, in Base64 if it is no text
   * @param truncated whether more followed
   */
  record Body(String text, boolean binary, boolean truncated) {
    static final Body NONE = new Body("", false, false);

    /**
     * @param bytes at most {@link #KEPT_BYTES}
     * @param more whether bytes followed these
     */
    static Body of(byte[] bytes, boolean more, String contentType) {
      return Excerpt.exactly(bytes, charset(contentType), more, ROOM_IN_JSON)
          .map(excerpt -> new Body(excerpt.text(), false, excerpt.cut()))
          .orElseGet(() -> new Body(Base64.getEncoder().encodeToString(bytes), true, more));
    }
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /**
   * {@code {status, headers, body, truncated?}}, where {@code body_base64} stands in for the body
   * of an answer that is no text.
   */
  String toJson() {
    var json = Json.object().put("status", status);
    headers.forEach(json.putObject("headers")::put);
    json.put(body.binary() ? "body_base64" : "body", body.text());
    if (body.truncated()) {
      json.put("truncated", true);
    }
    return Json.write(json);
  }

  private static Charset charset(String contentType) {
    var match = CHARSET.matcher(contentType.toLowerCase(Locale.ROOT));
    try {
      return match.find() ? Charset.forName(match.group(1)) : StandardCharsets.UTF_8;
    } catch (IllegalArgumentException unknownHere) {
      return StandardCharsets.UTF_8;
    }
  }
}
