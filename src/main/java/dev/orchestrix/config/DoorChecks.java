package dev.orchestrix.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.Stream;

/** What the settings about who comes in must be to each other. */
final class DoorChecks {
  private static final List<Setting<?>> SOURCES =
      List.of(DoorSettings.JWT_SECRET, DoorSettings.JWT_JWKS_FILE, DoorSettings.JWT_JWKS_URL);

  static Stream<Problem> of(Values values) {
    boolean tokens =
        values.find(DoorSettings.AUTH_MODE).filter(it -> it == Settings.AuthMode.JWT).isPresent();
    return Stream.concat(
        Stream.concat(tls(values), requests(values)),
        tokens
            ? Stream.of(
                    issuer(values),
                    audience(values),
                    sources(values),
                    ca(values),
                    algorithms(values))
                .flatMap(problems -> problems)
            : Stream.empty());
  }

  /** Whoever wants a lock and forgets a part of it must not get an open door. */
  private static Stream<Problem> tls(Values values) {
    var parts =
        List.of(
            SettingsTable.HTTP_TLS_CERTIFICATE,
            SettingsTable.HTTP_TLS_KEY,
            SettingsTable.HTTP_TLS_CLIENT_CA);
    if (parts.stream().allMatch(values::isAbsent)) {
      return Stream.empty();
    }
    return parts.stream()
        .limit(2)
        .filter(values::isAbsent)
        .map(part -> problem(part, "not set; expected, as others of http.tls_* are"));
  }

  private static Stream<Problem> requests(Values values) {
    return values.isAbsent(DoorSettings.REQUEST_BURST)
            || !values.isAbsent(DoorSettings.REQUEST_RATE)
        ? Stream.empty()
        : Stream.of(
            problem(DoorSettings.REQUEST_RATE, "not set; expected, as auth.request_burst is"));
  }

  private static Stream<Problem> issuer(Values values) {
    return values.isAbsent(DoorSettings.JWT_ISSUER)
        ? Stream.of(problem(DoorSettings.JWT_ISSUER, "not set; expected who makes the tokens"))
        : Stream.empty();
  }

  private static Stream<Problem> audience(Values values) {
    return values.find(DoorSettings.JWT_AUDIENCE).stream()
        .filter(List::isEmpty)
        .map(_ -> problem(DoorSettings.JWT_AUDIENCE, "empty; expected whom tokens are made for"));
  }

  /** With two of them, a public key could be taken for a secret. */
  private static Stream<Problem> sources(Values values) {
    var given = SOURCES.stream().filter(source -> !values.isAbsent(source)).toList();
    var names = String.join(", ", SOURCES.stream().map(Setting::path).toList());
    return switch (given.size()) {
      case 0 -> Stream.of(problem(DoorSettings.JWT_JWKS_URL, "not set; expected one of " + names));
      case 1 -> Stream.empty();
      default ->
          given.stream().skip(1).map(source -> problem(source, "expected only one of " + names));
    };
  }

  /** Whoever names a CA must not read keys that nobody has signed for. */
  private static Stream<Problem> ca(Values values) {
    var url = values.find(DoorSettings.JWT_JWKS_URL);
    boolean misread = url.isEmpty() && !values.isAbsent(DoorSettings.JWT_JWKS_URL);
    return values.isAbsent(DoorSettings.JWT_JWKS_CA)
            || misread
            || url.filter(it -> "https".equals(it.getScheme())).isPresent()
        ? Stream.empty()
        : Stream.of(
            problem(DoorSettings.JWT_JWKS_CA, "expected only with an https:// jwt.jwks_url"));
  }

  private static Stream<Problem> algorithms(Values values) {
    boolean shared = !values.isAbsent(DoorSettings.JWT_SECRET);
    var secret = values.find(DoorSettings.JWT_SECRET).map(text -> text.getBytes(UTF_8).length);
    return values.find(DoorSettings.JWT_ALGORITHMS).stream()
        .flatMap(List::stream)
        .flatMap(
            algorithm -> {
              if (JwtKinds.isShared(algorithm) != shared) {
                return Stream.of(
                    new Problem(
                        DoorSettings.JWT_ALGORITHMS.path(),
                        "",
                        algorithm,
                        shared
                            ? "expected HS..., as jwt.secret is set"
                            : "expected jwt.secret for it"));
              }
              return secret
                  .filter(bytes -> bytes < JwtKinds.leastSecret(algorithm))
                  .map(
                      _ ->
                          problem(
                              DoorSettings.JWT_SECRET,
                              "expected at least %d bytes for %s"
                                  .formatted(JwtKinds.leastSecret(algorithm), algorithm)))
                  .stream();
            });
  }

  private static Problem problem(Setting<?> setting, String expectation) {
    return new Problem(setting.path(), "", "", expectation);
  }

  private DoorChecks() {}
}
