package dev.orchestrix.handler;

import dev.orchestrix.execute.HandlerException;
import java.util.Optional;

/**
 * What follows an answer that points elsewhere.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-15.4">RFC 9110, Redirection</a>
 */
final class HttpRedirect {

  /**
   * The request that {@code answer} asks for instead of {@code call}, or nothing if it asks for
   * none. A request that becomes a GET loses its body; one to another origin loses every header
   * that may be a credential.
   *
   * @throws HandlerException permanent, if the location is none that a job may call
   */
  static Optional<HttpCall> after(HttpCall call, HttpAnswer answer) throws HandlerException {
    var location = answer.headers().get("location");
    if (location == null) {
      return Optional.empty();
    }
    return switch (answer.status()) {
      case 301, 302 -> Optional.of(follow(call, call.method().equals("POST"), location));
      case 303 -> Optional.of(follow(call, !call.method().equals("HEAD"), location));
      case 307, 308 -> Optional.of(follow(call, false, location));
      default -> Optional.empty();
    };
  }

  private static HttpCall follow(HttpCall call, boolean asGet, String location)
      throws HandlerException {
    var target = target(call, location);
    var headers = asGet ? call.headers().withoutContent() : call.headers();
    return new HttpCall(
        asGet ? "GET" : call.method(),
        target,
        target.sameOrigin(call.target()) ? headers : headers.forAnotherOrigin(),
        asGet ? Optional.empty() : call.body());
  }

  private static HttpTarget target(HttpCall call, String location) throws HandlerException {
    try {
      return call.target().resolve(location);
    } catch (IllegalArgumentException e) {
      throw HandlerException.permanent(
          call + " was redirected to a location that is refused: " + e.getMessage());
    }
  }

  private HttpRedirect() {}
}
