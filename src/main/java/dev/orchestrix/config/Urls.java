package dev.orchestrix.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** URLs that hold a password: what fits, and how they may be shown. */
final class Urls {
  private static final Pattern USER_AND_PASSWORD = Pattern.compile("://([^:/@]*):[^@]*@");
  private static final Pattern PASSWORD_PARAMETER = Pattern.compile("([?&]password=)[^&]*");
  private static final Pattern SCHEME = Pattern.compile("^([a-z]{1,20}://).*", Pattern.DOTALL);
  private static final String HIDDEN = "***";

  static final Kind<URI> POSTGRES =
      Kind.of(
          "postgresql://user:password@host:port/database (special characters as %XX)",
          text -> parse(text, Set.of("postgresql", "postgres")).filter(Urls::namesDatabase));

  static final Kind<URI> REDIS =
      Kind.of(
          "redis://:password@host:port/number or rediss:// for TLS (special characters as %XX)",
          text -> parse(text, Set.of("redis", "rediss")));

  /** A secret that was understood: a URL without its password, and nothing of what is no URL. */
  static String shown(String secret) {
    return SCHEME.matcher(secret).matches() ? withoutPassword(secret) : HIDDEN;
  }

  /** A URL that was understood, without its password. */
  static String withoutPassword(String url) {
    var hidden = USER_AND_PASSWORD.matcher(url).replaceFirst("://$1:" + HIDDEN + "@");
    return PASSWORD_PARAMETER.matcher(hidden).replaceAll("$1" + HIDDEN);
  }

  /** A URL that was not understood, so that the password could be anywhere in it. */
  static String withoutAnything(String url) {
    var match = SCHEME.matcher(url);
    return match.matches() ? match.group(1) + HIDDEN : HIDDEN;
  }

  private static Optional<URI> parse(String text, Set<String> schemes) {
    try {
      return Optional.of(new URI(text))
          .filter(url -> url.getScheme() != null && schemes.contains(url.getScheme()))
          .filter(url -> url.getHost() != null);
    } catch (URISyntaxException notOne) {
      return Optional.empty();
    }
  }

  private static boolean namesDatabase(URI url) {
    return url.getRawUserInfo() != null && url.getPath() != null && url.getPath().length() > 1;
  }

  private Urls() {}
}
