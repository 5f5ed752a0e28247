package dev.orchestrix.config;

import java.nio.file.Path;
import java.util.function.Predicate;

/** Kinds of value that name a file for TLS. What is in it is looked at, too. */
final class PemKinds {

  static Kind<Path> certificates() {
    return file(
        "the name of a readable PEM file with one certificate or more",
        file -> !Pem.certificates(file).isEmpty());
  }

  static Kind<Path> key() {
    return file(
        "the name of a readable PEM file with an RSA or EC private key, PKCS#8 without a password",
        file -> Pem.key(file).isPresent());
  }

  private static Kind<Path> file(String expectation, Predicate<Path> fits) {
    return Kind.of(expectation, text -> Kinds.readable(text).filter(fits));
  }

  private PemKinds() {}
}
