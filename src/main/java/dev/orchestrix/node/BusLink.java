package dev.orchestrix.node;

import dev.orchestrix.config.Settings;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Set;

/**
 * How messages get from node to node. With certificates both sides of a connection show one of the
 * cluster's own CA, or nothing is said on it.
 *
 * <p>Vert.x does not compare the certificate with the address that it connects to, and reads the
 * files once.
 */
final class BusLink {
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

  static EventBusOptions options(Settings.Cluster settings) {
    var options =
        new EventBusOptions()
            .setHost(settings.host())
            .setPort(settings.busPort())
            .setClusterPublicHost(settings.host());
    if (settings.publicBusPort() != 0) {
      options.setClusterPublicPort(settings.publicBusPort());
    }
    settings.tls().ifPresent(tls -> encrypt(options, tls));
    return options;
  }

  private static void encrypt(EventBusOptions options, Settings.BusTls tls) {
    options
        .setSsl(true)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertPath(tls.certificate().toString())
                .addKeyPath(tls.key().toString()))
        .setTrustOptions(new PemTrustOptions().addCertPath(tls.ca().toString()))
        .setClientAuth(ClientAuth.REQUIRED)
        .setEnabledSecureTransportProtocols(PROTOCOLS);
  }

  private BusLink() {}
}
