package dev.orchestrix.config;

import java.net.URI;
import java.util.Optional;
import java.util.stream.Stream;

/** What the settings say about TLS to Postgres and Redis has to be something that is kept. */
final class ServerChecks {

  static Stream<Problem> of(Values values) {
    return Stream.concat(
        values.find(SettingsTable.POSTGRES_URL).stream()
            .flatMap(
                url -> postgres(url).map(why -> problem(SettingsTable.POSTGRES_URL, url, why))),
        redis(values));
  }

  /** Two drivers read the URL, and neither is to take for protected what the other does not. */
  private static Stream<String> postgres(URI url) {
    var tls = PostgresTls.of(url);
    return Stream.of(
            wrong(
                !PostgresTls.MODES.contains(tls.mode()),
                "expected sslmode to be one of " + String.join(", ", PostgresTls.MODES)),
            wrong(
                tls.verifies() && tls.ca().isEmpty(),
                "expected sslrootcert=FILE with sslmode=" + tls.mode()),
            wrong(
                tls.ca().isPresent() && !tls.verifies(),
                "expected sslmode=verify-ca or verify-full with sslrootcert: others look at no"
                    + " certificate"),
            wrong(
                tls.ca().filter(file -> Pem.certificates(file).isEmpty()).isPresent(),
                "expected sslrootcert to be " + PemKinds.certificates().expectation()),
            wrong(
                !PostgresTls.unknown(url).isEmpty(),
                "expected of TLS no more than sslmode and sslrootcert, not "
                    + String.join(", ", PostgresTls.unknown(url))))
        .flatMap(Optional::stream);
  }

  private static Stream<Problem> redis(Values values) {
    boolean plain =
        values
            .find(SettingsTable.REDIS_URL)
            .filter(url -> !"rediss".equals(url.getScheme()))
            .isPresent();
    return plain && !values.isAbsent(SettingsTable.REDIS_TLS_CA)
        ? Stream.of(
            new Problem(
                SettingsTable.REDIS_TLS_CA.path(),
                "",
                "",
                "expected only with rediss:// in redis.url"))
        : Stream.empty();
  }

  private static Optional<String> wrong(boolean so, String expectation) {
    return so ? Optional.of(expectation) : Optional.empty();
  }

  private static Problem problem(Setting<URI> setting, URI url, String expectation) {
    return new Problem(setting.path(), "", Urls.withoutPassword(url.toString()), expectation);
  }

  private ServerChecks() {}
}
