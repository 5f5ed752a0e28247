package dev.orchestrix.config;

import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the files must be to each other by which nodes know each other. A node that others would not
 * let in is told so before it is one.
 */
final class BusChecks {
  private static final List<Setting<Path>> PARTS =
      List.of(ClusterSettings.TLS_CERTIFICATE, ClusterSettings.TLS_KEY, ClusterSettings.TLS_CA);

  /** Of what a certificate may be used for, which is not always said: server and client. */
  private static final List<String> BOTH_SIDES = List.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");

  static Stream<Problem> of(Values values) {
    if (PARTS.stream().allMatch(values::isAbsent)) {
      return Stream.empty();
    }
    return Stream.concat(missing(values), fitting(values));
  }

  private static Stream<Problem> missing(Values values) {
    return PARTS.stream()
        .filter(values::isAbsent)
        .map(
            part ->
                new Problem(
                    part.path(),
                    "",
                    "",
                    "not set; expected "
                        + part.kind().expectation()
                        + ", as others of cluster.tls_* are set"));
  }

  private static Stream<Problem> fitting(Values values) {
    var file = values.find(ClusterSettings.TLS_CERTIFICATE);
    var chain = file.map(Pem::certificates).filter(it -> !it.isEmpty());
    if (chain.isEmpty()) {
      return Stream.empty();
    }
    return Stream.of(
            key(values, chain.orElseThrow()),
            ca(values, chain.orElseThrow()),
            sides(values, chain.orElseThrow()))
        .flatMap(Optional::stream);
  }

  private static Optional<Problem> key(Values values, List<X509Certificate> chain) {
    return values
        .find(ClusterSettings.TLS_KEY)
        .filter(file -> Pem.key(file).filter(key -> Pem.belong(key, chain.getFirst())).isEmpty())
        .map(
            file ->
                problem(
                    ClusterSettings.TLS_KEY,
                    file,
                    "expected the private key of the first certificate in"
                        + " cluster.tls_certificate"));
  }

  private static Optional<Problem> ca(Values values, List<X509Certificate> chain) {
    return values
        .find(ClusterSettings.TLS_CA)
        .flatMap(ca -> Pem.distrust(chain, Pem.certificates(ca)))
        .map(
            why ->
                problem(
                    ClusterSettings.TLS_CERTIFICATE,
                    values.of(ClusterSettings.TLS_CERTIFICATE),
                    "expected a certificate that holds today, and those that lead from it to one in"
                        + " cluster.tls_ca; "
                        + why));
  }

  /** A node is a server to some nodes and a client to others, with the same certificate. */
  private static Optional<Problem> sides(Values values, List<X509Certificate> chain) {
    return isForBothSides(chain.getFirst())
        ? Optional.empty()
        : Optional.of(
            problem(
                ClusterSettings.TLS_CERTIFICATE,
                values.of(ClusterSettings.TLS_CERTIFICATE),
                "expected a certificate for servers and for clients: the extended key usage has to"
                    + " name both, or neither"));
  }

  private static boolean isForBothSides(X509Certificate certificate) {
    try {
      var uses = certificate.getExtendedKeyUsage();
      return uses == null || uses.containsAll(BOTH_SIDES);
    } catch (CertificateParsingException unclear) {
      return false;
    }
  }

  private static Problem problem(Setting<Path> setting, Path file, String expectation) {
    return new Problem(setting.path(), "", file.toString(), expectation);
  }

  private BusChecks() {}
}
