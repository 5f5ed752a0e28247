package dev.orchestrix.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How connections to Postgres are protected, as its URL says in the words of libpq.
 *
 * @param mode {@code sslmode}; {@code disable} where the URL says nothing
 * @param ca {@code sslrootcert}, PEM: who signs the server's certificate
 */
public record PostgresTls(String mode, Optional<Path> ca) {
  static final List<String> MODES =
      List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  static final String MODE = "sslmode";
  static final String CA = "sslrootcert";

  public static PostgresTls of(URI url) {
    return new PostgresTls(
        parameter(url, MODE).orElse(MODES.getFirst()), parameter(url, CA).map(Path::of));
  }

  /** Whether the server has to show a certificate that the CA has signed. */
  public boolean verifies() {
    return mode.startsWith("verify-");
  }

  /** Whether that has to be for the name or address in the URL. */
  public boolean verifiesName() {
    return mode.equals("verify-full");
  }

  /** The URL without what it says about this. */
  public static String without(URI url) {
    var rest =
        parameters(url)
            .filter(one -> !one.startsWith(MODE + "=") && !one.startsWith(CA + "="))
            .collect(Collectors.joining("&"));
    var all = url.toString();
    int query = all.indexOf('?');
    var bare = query < 0 ? all : all.substring(0, query);
    return rest.isEmpty() ? bare : bare + "?" + rest;
  }

  /** What it says about TLS that nothing here reads. */
  static List<String> unknown(URI url) {
    return parameters(url)
        .map(one -> one.substring(0, Math.max(one.indexOf('='), 0)))
        .filter(name -> name.startsWith("ssl") && !name.equals(MODE) && !name.equals(CA))
        .toList();
  }

  private static Optional<String> parameter(URI url, String name) {
    return parameters(url)
        .filter(one -> one.startsWith(name + "="))
        .map(one -> URLDecoder.decode(one.substring(name.length() + 1), UTF_8))
        .findFirst();
  }

  private static Stream<String> parameters(URI url) {
    return Optional.ofNullable(url.getRawQuery()).stream()
        .flatMap(query -> Arrays.stream(query.split("&", -1)));
  }
}
