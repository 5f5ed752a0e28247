package dev.orchestrix.config;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.orchestrix.core.limit.RateLimit;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The settings about who comes in: a part of {@link SettingsTable}. */
final class DoorSettings {
  private static final Rows ROWS = new Rows();

  static final Setting<String> ADMIN_KEY =
      ROWS.secret(
          "admin_key",
          Kinds.key(),
          "A key that opens everything, to make the first other keys with; see docs/security.md.");

  static final Setting<Settings.AuthMode> AUTH_MODE =
      ROWS.without(
          "auth.mode",
          Kinds.auth(),
          "Who may call the API. There is no default: a node does not start before somebody has"
              + " decided. `keys` wants a key with every request, `jwt` a key or a token of an"
              + " issuer, `none` lets everybody do everything.");

  static final Setting<Double> REQUEST_RATE =
      ROWS.without(
          "auth.request_rate",
          Kind.decimal(RateLimit.LEAST_REQUESTS, RateLimit.MOST_RATE),
          "How many requests a second a key, or a subject of tokens, may make, over all nodes, if"
              + " the key has no limit of its own. Not set: as many as they like.");

  static final Setting<Integer> REQUEST_BURST =
      ROWS.without(
          "auth.request_burst",
          Kind.integer(1, RateLimit.MOST_BURST),
          "How many of them may come at once. Not set: those of a second.");

  static final Setting<String> JWT_ISSUER =
      ROWS.without(
          "jwt.issuer",
          JwtKinds.text(),
          "What `iss` of a token has to be; `auth.mode: jwt` needs it.");

  static final Setting<List<String>> JWT_AUDIENCE =
      ROWS.row(
          "jwt.audience",
          Kind.names(),
          "",
          "What `aud` of a token has to name, one of these; `auth.mode: jwt` needs it.");

  static final Setting<String> JWT_SECRET =
      ROWS.secret(
          "jwt.secret",
          JwtKinds.secret(),
          "What tokens are signed with, if the issuer shares it with the nodes.");

  static final Setting<Path> JWT_JWKS_FILE =
      ROWS.without(
          "jwt.jwks_file",
          Kinds.file(),
          "A file with the issuer's public keys, as a JSON Web Key Set.");

  static final Setting<URI> JWT_JWKS_URL =
      ROWS.without("jwt.jwks_url", JwtKinds.url(), "Where the issuer publishes its public keys.");

  static final Setting<Path> JWT_JWKS_CA =
      ROWS.without(
          "jwt.jwks_ca",
          PemKinds.certificates(),
          "PEM file with who signs the certificate of an https:// jwt.jwks_url; without it, whom"
              + " the JVM trusts.");

  static final Setting<List<String>> JWT_ALGORITHMS =
      ROWS.row(
          "jwt.algorithms",
          JwtKinds.algorithms(),
          "",
          "How tokens may be signed. Empty is HS256 with jwt.secret, RS256 and ES256 otherwise.");

  static final Setting<Duration> JWT_REFRESH =
      ROWS.row(
          "jwt.refresh",
          Kind.duration(ofSeconds(1), ofDays(1)),
          "5m",
          "How often the file or URL is read again; at once, if seldom, for a key that is not"
              + " known.");

  static final Setting<Duration> JWT_CLOCK_SKEW =
      ROWS.row(
          "jwt.clock_skew",
          Kind.duration(ZERO, ofMinutes(5)),
          "30s",
          "By how much the issuer's clock may differ.");

  static final Setting<String> JWT_TENANT_CLAIM =
      ROWS.row("jwt.tenant_claim", JwtKinds.text(), "tenant", "The claim that names the tenant.");

  static final Setting<String> JWT_ROLE_CLAIM =
      ROWS.row("jwt.role_claim", JwtKinds.text(), "role", "The claim that names the role.");

  static final Setting<String> JWT_PAYLOADS_CLAIM =
      ROWS.row(
          "jwt.payloads_claim",
          JwtKinds.text(),
          "payloads",
          "The claim that says false if payloads and results are not to be shown.");

  static final Setting<Boolean> JWT_ALL_TENANTS =
      ROWS.row(
          "jwt.all_tenants",
          Kind.flag(),
          "false",
          "Whether the tenant of a token may be `*`, which is all of them.");

  static final List<Setting<?>> ALL = ROWS.all();

  private DoorSettings() {}
}
