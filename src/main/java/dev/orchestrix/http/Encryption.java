package dev.orchestrix.http;

import dev.orchestrix.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of a server, which is exchanged while it runs when its files change. Files that
 * cannot be used are left alone, and the certificate before them stays.
 */
final class Encryption {
  private static final Logger LOG = LoggerFactory.getLogger(Encryption.class);
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");
  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final Settings.Tls settings;
  private final long lookEveryMillis;
  private List<FileTime> read = List.of();
  private boolean stopped;

  Encryption(Vertx vertx, Settings.Tls settings) {
    this(vertx, settings, LOOK_EVERY);
  }

  /** The same for a test that cannot wait. */
  Encryption(Vertx vertx, Settings.Tls settings, Duration lookEvery) {
    this.vertx = vertx;
    this.settings = settings;
    this.lookEveryMillis = lookEvery.toMillis();
  }

  /** Makes a server that is not there yet one of HTTPS. */
  void of(HttpServerOptions server) {
    var options = options();
    server
        .setSsl(true)
        .setUseAlpn(false)
        .setKeyCertOptions(options.getKeyCertOptions())
        .setTrustOptions(options.getTrustOptions())
        .setClientAuth(options.getClientAuth())
        .setEnabledSecureTransportProtocols(PROTOCOLS);
  }

  /**
   * TLS 1.2 or 1.3, and HTTP/1.1 on it; with a CA for clients, whoever has no certificate of it
   * gets no further.
   */
  private ServerSSLOptions options() {
    var options = new ServerSSLOptions();
    options
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertPath(settings.certificate().toString())
                .addKeyPath(settings.key().toString()))
        .setUseAlpn(false)
        .setEnabledSecureTransportProtocols(PROTOCOLS);
    settings
        .clientCa()
        .ifPresent(
            file ->
                options
                    .setClientAuth(ClientAuth.REQUIRED)
                    .setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
    return options;
  }

  /** Looks from now on whether the files change. */
  void follow(HttpServer server) {
    var _ =
        vertx
            .executeBlocking(this::times, false)
            .onSuccess(times -> read = times)
            .onFailure(Encryption::unreadable)
            .onComplete(_ -> later(server));
  }

  void stop() {
    stopped = true;
  }

  private void later(HttpServer server) {
    if (!stopped) {
      vertx.setTimer(lookEveryMillis, _ -> look(server).onComplete(_ -> later(server)));
    }
  }

  /** Files that are exchanged one after the other do not fit each other for a moment. */
  private Future<Void> look(HttpServer server) {
    return vertx
        .executeBlocking(this::times, false)
        .map(Objects::requireNonNull)
        .compose(
            times -> read.equals(times) ? Future.<Void>succeededFuture() : exchange(server, times))
        .onFailure(Encryption::unreadable);
  }

  private Future<Void> exchange(HttpServer server, List<FileTime> times) {
    return server
        .updateSSLOptions(options(), true)
        .onSuccess(
            _ -> {
              read = times;
              LOG.info("certificate={} read again", settings.certificate());
            })
        .mapEmpty();
  }

  private static void unreadable(Throwable error) {
    LOG.warn("the new certificate cannot be used, the last one stays: {}", error.getMessage());
  }

  private List<FileTime> times() {
    var files = new ArrayList<Path>(List.of(settings.certificate(), settings.key()));
    settings.clientCa().ifPresent(files::add);
    return files.stream().map(Encryption::time).toList();
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }
}
