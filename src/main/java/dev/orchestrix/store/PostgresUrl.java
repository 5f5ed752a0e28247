package dev.orchestrix.store;

import dev.orchestrix.config.PostgresTls;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.URI;

/**
 * What a URL of Postgres says, for Vert.x' driver, which knows less of it than JDBC's: that reads
 * {@code sslrootcert} itself.
 */
public final class PostgresUrl {

  public static PgConnectOptions options(URI url) {
    var tls = PostgresTls.of(url);
    var options = PgConnectOptions.fromUri(PostgresTls.without(url));
    return tls.mode().equals("disable")
        ? options
        : options.setSslMode(SslMode.of(tls.mode())).setSslOptions(client(tls));
  }

  /** Without a CA nobody looks at what the server shows, as with libpq. */
  private static ClientSSLOptions client(PostgresTls tls) {
    var client =
        new ClientSSLOptions()
            .setHostnameVerificationAlgorithm(tls.verifiesName() ? "HTTPS" : "")
            .setTrustAll(!tls.verifies());
    tls.ca()
        .ifPresent(
            file -> client.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
    return client;
  }

  private PostgresUrl() {}
}
