package dev.orchestrix.handler;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import org.apache.hc.client5.http.utils.URIUtils;
import org.apache.hc.core5.http.HttpHost;

/** Where a request goes: an absolute http or https URL without user, password and fragment. */
record HttpTarget(URI uri) {
  static final int LONGEST = 8192;

  /**
   * @throws IllegalArgumentException saying what was expected
   */
  static HttpTarget of(String url) {
    require(url.length() <= LONGEST, "expected at most " + LONGEST + " characters");
    try {
      return of(new URI(url));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("expected a URL, but: " + e.getReason(), e);
    }
  }

  private static HttpTarget of(URI url) {
    var scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    require(scheme.equals("http") || scheme.equals("https"), "expected http:// or https://");
    require(url.getHost() != null, "expected a host name of ASCII letters, digits, - and .");
    require(url.getRawUserInfo() == null, "must not hold a user; use an Authorization header");
    require(url.getPort() != 0 && url.getPort() <= 65_535, "expected a port from 1 to 65535");
    return new HttpTarget(URI.create(withoutFragment(url.toASCIIString())));
  }

  /**
   * Where a {@code Location} header leads from here.
   *
   * @throws IllegalArgumentException as {@link #of(String)}
   */
  HttpTarget resolve(String location) {
    require(location.length() <= LONGEST, "expected at most " + LONGEST + " characters");
    return of(URIUtils.resolve(uri, location));
  }

  HttpHost host() {
    return new HttpHost(uri.getScheme(), uri.getHost(), uri.getPort());
  }

  /** Whether both have the same scheme, host and port. */
  boolean sameOrigin(HttpTarget other) {
    return port() == other.port()
        && uri.getScheme().equalsIgnoreCase(other.uri.getScheme())
        && uri.getHost().equalsIgnoreCase(other.uri.getHost());
  }

  /** Without the query, which may hold secrets. */
  @Override
  public String toString() {
    return uri.getScheme() + "://" + uri.getRawAuthority() + Objects.toString(uri.getRawPath(), "");
  }

  int port() {
    if (uri.getPort() != -1) {
      return uri.getPort();
    }
    return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }

  private static String withoutFragment(String url) {
    int hash = url.indexOf('#');
    return hash < 0 ? url : url.substring(0, hash);
  }

  private static void require(boolean kept, String expectation) {
    if (!kept) {
      throw new IllegalArgumentException(expectation);
    }
  }
}
