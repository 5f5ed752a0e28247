package dev.orchestrix.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Kinds of value that settings about tokens have. */
final class JwtKinds {
  private static final Pattern TEXT = Pattern.compile("\\S{1,512}");

  /** The least bytes that a secret has, and by algorithm: as many as its hash. */
  private static final int SHORTEST = 32;

  private static final Set<String> ALGORITHMS =
      Set.of(
          "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
          "ES384", "ES512");

  static Kind<String> text() {
    return Kind.of(
        "a text without blanks",
        text -> TEXT.matcher(text).matches() ? Optional.of(text) : Optional.empty());
  }

  static Kind<String> secret() {
    return Kind.of(
        "at least " + SHORTEST + " bytes that nobody guesses",
        text -> text.getBytes(UTF_8).length >= SHORTEST ? Optional.of(text) : Optional.empty());
  }

  static Kind<List<String>> algorithms() {
    return Kind.list(
        "HS256, RS256, PS256 or ES256, or the same with 384 or 512, separated by commas",
        text -> ALGORITHMS.contains(text) ? Optional.of(text) : Optional.empty());
  }

  /** Who reads keys from the wire wants to know whose they are. */
  static Kind<URI> url() {
    return Kind.of("an https:// URL, or http:// to loopback", JwtKinds::parse);
  }

  /** Whether tokens are signed with a secret that is shared. */
  static boolean isShared(String algorithm) {
    return algorithm.startsWith("HS");
  }

  /** The least bytes that a secret for an algorithm has. */
  static int leastSecret(String algorithm) {
    return Integer.parseInt(algorithm.substring(2)) / 8;
  }

  private static Optional<URI> parse(String text) {
    try {
      return Optional.of(new URI(text))
          .filter(url -> url.getHost() != null && url.getRawUserInfo() == null)
          .filter(
              url ->
                  "https".equals(url.getScheme())
                      || ("http".equals(url.getScheme()) && CrossChecks.isLoopback(url.getHost())));
    } catch (URISyntaxException notOne) {
      return Optional.empty();
    }
  }

  private JwtKinds() {}
}
