package dev.orchestrix.bench;

import dev.orchestrix.config.Pem;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * Who may have signed the certificate of a node that is called by HTTPS. It also has to be for the
 * node's name or address.
 *
 * @param ca PEM, instead of those that the JVM trusts
 */
public record NodeTrust(Optional<Path> ca) {

  /** What is wrong with the file, if anything. */
  public Optional<String> problem() {
    return ca.filter(file -> Pem.certificates(file).isEmpty())
        .map(file -> "--ca: expected a readable PEM file with certificates, not " + file);
  }

  /** For the JDK's client. */
  public SSLContext context() throws IOException, GeneralSecurityException {
    if (ca.isEmpty()) {
      return SSLContext.getDefault();
    }
    var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    for (var one : Pem.certificates(ca.orElseThrow())) {
      trusted.setCertificateEntry("ca-" + trusted.size(), one);
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** For Vert.x' client. */
  void into(HttpClientOptions options) {
    options.setSsl(true).setUseAlpn(false).setVerifyHost(true);
    ca.ifPresent(
        file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
  }

  /** Why a node was not called, if it is about TLS, and what to do about it. */
  public static Optional<String> refusal(URI node, Throwable failure) {
    var tls = Optional.<String>empty();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return Optional.of(
            "The certificate that %s shows is not trusted: %s. --ca FILE says who signs it."
                .formatted(node, cause.getMessage()));
      }
      if (cause instanceof SSLException) {
        tls = Optional.of("No TLS with %s: %s".formatted(node, cause.getMessage()));
      }
    }
    return tls;
  }
}
