package dev.orchestrix.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What PEM files hold, and whether it fits together. */
public final class Pem {
  private static final Pattern CERTIFICATE = block("CERTIFICATE");
  private static final Pattern KEY = block("PRIVATE KEY");

  /** The kinds of key that certificates have here, and how each signs. */
  private static final List<List<String>> SIGNING =
      List.of(List.of("EC", "SHA256withECDSA"), List.of("RSA", "SHA256withRSA"));

  /** Every certificate of a file in its order; none if one of them is broken. */
  public static List<X509Certificate> certificates(Path file) {
    try {
      var factory = CertificateFactory.getInstance("X.509");
      var all = new ArrayList<X509Certificate>();
      for (var bytes : blocks(CERTIFICATE, file).toList()) {
        all.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes)));
      }
      return all;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException unreadable) {
      return List.of();
    }
  }

  /** The private key of a file, if it is one of PKCS#8 that no password protects. */
  static Optional<PrivateKey> key(Path file) {
    try {
      return blocks(KEY, file).findFirst().flatMap(Pem::decoded);
    } catch (IOException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /** Whether the certificate is the key's. */
  static boolean belong(PrivateKey key, X509Certificate certificate) {
    return SIGNING.stream()
        .filter(it -> it.getFirst().equals(key.getAlgorithm()))
        .anyMatch(it -> signs(it.getLast(), key, certificate));
  }

  /**
   * Why whoever trusts the CA would not trust the first certificate of the chain today.
   *
   * @return nothing if they would
   */
  static Optional<String> distrust(List<X509Certificate> chain, List<X509Certificate> ca) {
    try {
      var anchors = ca.stream().map(one -> new TrustAnchor(one, null)).collect(Collectors.toSet());
      var trust = new PKIXParameters(anchors);
      trust.setRevocationEnabled(false);
      var path = chain.stream().filter(one -> !ca.contains(one)).toList();
      var _ =
          CertPathValidator.getInstance("PKIX")
              .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), trust);
      return Optional.empty();
    } catch (GeneralSecurityException untrusted) {
      return Optional.of(String.valueOf(untrusted.getMessage()));
    }
  }

  private static Optional<PrivateKey> decoded(byte[] bytes) {
    return SIGNING.stream().flatMap(it -> decoded(it.getFirst(), bytes).stream()).findFirst();
  }

  private static Optional<PrivateKey> decoded(String algorithm, byte[] bytes) {
    try {
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes)));
    } catch (GeneralSecurityException another) {
      return Optional.empty();
    }
  }

  private static boolean signs(String algorithm, PrivateKey key, X509Certificate certificate) {
    try {
      var signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      var signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      return signature.verify(signed);
    } catch (GeneralSecurityException another) {
      return false;
    }
  }

  private static Stream<byte[]> blocks(Pattern pattern, Path file) throws IOException {
    return pattern.matcher(Files.readString(file, ISO_8859_1)).results().map(Pem::decoded);
  }

  private static byte[] decoded(MatchResult block) {
    return Base64.getMimeDecoder().decode(block.group(1));
  }

  private static Pattern block(String what) {
    return Pattern.compile("-----BEGIN " + what + "-----([^-]+)-----END " + what + "-----");
  }

  private Pem() {}
}
