package dev.orchestrix.config;

import dev.orchestrix.core.limit.RateLimit;
import java.util.List;
import java.util.Optional;

/** Puts values that have no problem into the records that the engine reads. */
final class SettingsBuilder {

  static Settings settings(Values in) {
    return new Settings(
        in.of(SettingsTable.ROLES),
        auth(in),
        postgres(in),
        new Settings.Redis(
            in.of(SettingsTable.REDIS_URL),
            in.find(SettingsTable.REDIS_TLS_CA),
            in.of(SettingsTable.REDIS_TIMEOUT)),
        http(in),
        cluster(in),
        submit(in),
        new Settings.Idempotency(in.of(SettingsTable.IDEMPOTENCY_KEEP)),
        dispatch(in),
        execute(in),
        circuit(in),
        new Settings.Retention(
            in.of(SettingsTable.RETENTION_JOBS), in.of(SettingsTable.RETENTION_AUDIT)),
        new Settings.Shutdown(in.of(SettingsTable.SHUTDOWN_GRACE)),
        handlers(in));
  }

  private static Settings.Auth auth(Values in) {
    var mode = in.find(DoorSettings.AUTH_MODE).orElse(Settings.AuthMode.UNSET);
    return new Settings.Auth(
        mode,
        in.find(DoorSettings.ADMIN_KEY),
        mode == Settings.AuthMode.JWT ? Optional.of(jwt(in)) : Optional.empty(),
        in.find(DoorSettings.REQUEST_RATE)
            .map(rate -> RateLimit.of(rate, in.find(DoorSettings.REQUEST_BURST).orElse(null))));
  }

  private static Settings.Jwt jwt(Values in) {
    var secret = in.find(DoorSettings.JWT_SECRET);
    var algorithms = in.of(DoorSettings.JWT_ALGORITHMS);
    var usual = secret.isPresent() ? List.of("HS256") : List.of("RS256", "ES256");
    return new Settings.Jwt(
        in.of(DoorSettings.JWT_ISSUER),
        in.of(DoorSettings.JWT_AUDIENCE),
        algorithms.isEmpty() ? usual : algorithms,
        secret,
        in.find(DoorSettings.JWT_JWKS_FILE),
        in.find(DoorSettings.JWT_JWKS_URL),
        in.find(DoorSettings.JWT_JWKS_CA),
        in.of(DoorSettings.JWT_REFRESH),
        in.of(DoorSettings.JWT_CLOCK_SKEW),
        in.of(DoorSettings.JWT_TENANT_CLAIM),
        in.of(DoorSettings.JWT_ROLE_CLAIM),
        in.of(DoorSettings.JWT_PAYLOADS_CLAIM),
        in.of(DoorSettings.JWT_ALL_TENANTS));
  }

  static Settings.Postgres postgres(Values in) {
    return new Settings.Postgres(
        in.of(SettingsTable.POSTGRES_URL),
        in.of(SettingsTable.POSTGRES_CONNECTIONS),
        in.of(SettingsTable.POSTGRES_STATEMENT_TIMEOUT));
  }

  private static Settings.Http http(Values in) {
    return new Settings.Http(
        in.of(SettingsTable.HTTP_HOST),
        in.of(SettingsTable.HTTP_PORT),
        in.of(SettingsTable.HTTP_MAX_BODY),
        in.find(SettingsTable.HTTP_TLS_CERTIFICATE)
            .map(
                certificate ->
                    new Settings.Tls(
                        certificate,
                        in.of(SettingsTable.HTTP_TLS_KEY),
                        in.find(SettingsTable.HTTP_TLS_CLIENT_CA))));
  }

  private static Settings.Cluster cluster(Values in) {
    return new Settings.Cluster(
        in.of(ClusterSettings.HOST),
        in.of(ClusterSettings.PORT),
        in.of(ClusterSettings.PUBLIC_PORT),
        in.of(ClusterSettings.BUS_PORT),
        in.of(ClusterSettings.PUBLIC_BUS_PORT),
        in.of(ClusterSettings.MEMBERS),
        in.find(ClusterSettings.TLS_CERTIFICATE)
            .map(
                certificate ->
                    new Settings.BusTls(
                        certificate,
                        in.of(ClusterSettings.TLS_KEY),
                        in.of(ClusterSettings.TLS_CA))));
  }

  private static Settings.Submit submit(Values in) {
    return new Settings.Submit(
        in.of(SettingsTable.SUBMIT_GROUP_COMMIT),
        in.of(SettingsTable.SUBMIT_BATCH),
        in.of(SettingsTable.SUBMIT_LANES));
  }

  private static Settings.Dispatch dispatch(Values in) {
    return new Settings.Dispatch(
        in.of(SettingsTable.DISPATCH_BATCH),
        in.of(SettingsTable.DISPATCH_WEIGHTS),
        in.of(SettingsTable.DISPATCH_WINDOW));
  }

  private static Settings.Execute execute(Values in) {
    return new Settings.Execute(
        in.of(SettingsTable.EXECUTE_SLOTS),
        in.of(SettingsTable.EXECUTE_LANES),
        in.of(SettingsTable.EXECUTE_HEARTBEAT),
        in.of(SettingsTable.EXECUTE_LEASE));
  }

  private static Settings.Circuit circuit(Values in) {
    return new Settings.Circuit(
        in.of(SettingsTable.CIRCUIT_DESTINATIONS),
        in.of(SettingsTable.CIRCUIT_TYPES),
        in.of(SettingsTable.CIRCUIT_WINDOW),
        in.of(SettingsTable.CIRCUIT_MINIMUM_CALLS),
        in.of(SettingsTable.CIRCUIT_FAILURE_RATE),
        in.of(SettingsTable.CIRCUIT_SLOW_RATE),
        in.of(SettingsTable.CIRCUIT_SLOW_AFTER),
        in.of(SettingsTable.CIRCUIT_WAIT),
        in.of(SettingsTable.CIRCUIT_LONGEST_WAIT),
        in.of(SettingsTable.CIRCUIT_PROBES),
        in.of(SettingsTable.CIRCUIT_PROBE_TIMEOUT));
  }

  private static Settings.Handlers handlers(Values in) {
    return new Settings.Handlers(
        new Settings.HttpClient(in.of(SettingsTable.HTTP_CLIENT_ALLOW_PRIVATE)),
        new Settings.Shell(in.of(SettingsTable.SHELL_ENABLED), in.of(SettingsTable.SHELL_ALLOW)));
  }

  private SettingsBuilder() {}
}
