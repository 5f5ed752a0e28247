package dev.orchestrix.config;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Every setting there is: the file, the environment, the flags and the documentation read this. */
final class SettingsTable {
  private static final Rows ROWS = new Rows();

  static final Setting<Set<Role>> ROLES =
      row("roles", Kinds.roles(), "http,dispatcher,executor,scheduler", "What this node does.");

  static {
    ROWS.addAll(DoorSettings.ALL);
  }

  static final Setting<URI> POSTGRES_URL =
      secret(
          "postgres.url",
          Urls.POSTGRES,
          "The database that holds the truth. ?sslmode=verify-full&sslrootcert=FILE makes it TLS;"
              + " see docs/security.md.");

  static final Setting<Integer> POSTGRES_CONNECTIONS =
      row(
          "postgres.connections",
          Kind.integer(2, 64),
          "6",
          "Connections for batches and, apart from them, as many again for reads.");

  static final Setting<Duration> POSTGRES_STATEMENT_TIMEOUT =
      row(
          "postgres.statement_timeout",
          Kind.duration(ofMillis(100), ofMinutes(10)),
          "10s",
          "Longest any statement may run.");

  static final Setting<URI> REDIS_URL =
      secret("redis.url", Urls.REDIS, "The server that holds the streams.");

  static final Setting<Path> REDIS_TLS_CA =
      without(
          "redis.tls_ca",
          PemKinds.certificates(),
          "PEM file with who signs the certificate of a rediss:// server; without it, whom the JVM"
              + " trusts.");

  static final Setting<Duration> REDIS_TIMEOUT =
      row(
          "redis.timeout",
          Kind.duration(ofMillis(50), ofMinutes(1)),
          "2s",
          "Longest any command may take.");

  static final Setting<String> HTTP_HOST =
      row("http.host", Kind.host(), "127.0.0.1", "The address to listen on; 0.0.0.0 for all.");

  static final Setting<Integer> HTTP_PORT =
      row("http.port", Kind.integer(0, 65_535), "8080", "The port to listen on; 0 for a free one.");

  static final Setting<Integer> HTTP_MAX_BODY =
      row(
          "http.max_body",
          Kind.size(1 << 10, 256 << 20),
          "1MiB",
          "Largest body of a request that is not streamed.");

  static final Setting<Path> HTTP_TLS_CERTIFICATE =
      without(
          "http.tls_certificate",
          PemKinds.certificates(),
          "PEM file with the node's certificate and those that lead to a root: makes it HTTPS."
              + " Read again when it has changed.");

  static final Setting<Path> HTTP_TLS_KEY =
      without("http.tls_key", PemKinds.key(), "PEM file with the certificate's private key.");

  static final Setting<Path> HTTP_TLS_CLIENT_CA =
      without(
          "http.tls_client_ca",
          PemKinds.certificates(),
          "PEM file with who signs clients' certificates; with it, clients need one.");

  static {
    ROWS.addAll(ClusterSettings.ALL);
  }

  static final Setting<Boolean> SUBMIT_GROUP_COMMIT =
      row(
          "submit.group_commit",
          Kind.flag(),
          "true",
          "Whether requests that arrive together are written together.");

  static final Setting<Integer> SUBMIT_BATCH =
      row("submit.batch", Kind.integer(1, 2_000), "500", "Most jobs in one INSERT.");

  static final Setting<Integer> SUBMIT_LANES =
      row("submit.lanes", Kind.integer(1, 16), "2", "Batches written at the same time.");

  static final Setting<Duration> IDEMPOTENCY_KEEP =
      row(
          "idempotency.keep",
          Kind.duration(ofMinutes(1), ofDays(3_650)),
          "24h",
          "How long the key of a submission is kept; no longer than ended jobs are.");

  static final Setting<Integer> DISPATCH_BATCH =
      row("dispatch.batch", Kind.integer(1, 2_000), "500", "Most jobs taken from streams at once.");

  static final Setting<List<Integer>> DISPATCH_WEIGHTS =
      row(
          "dispatch.weights",
          Kinds.weights(),
          "8,3,1",
          "Turns of the high, normal and low stream, so that low never starves.");

  static final Setting<Duration> DISPATCH_WINDOW =
      row(
          "dispatch.window",
          Kind.duration(ofMillis(10), ofMinutes(1)),
          "150ms",
          "How much work, in time, waits on the streams while the rest waits in Postgres.");

  static final Setting<Integer> EXECUTE_SLOTS =
      row("execute.slots", Kind.integer(1, 100_000), "1000", "Jobs that run at once on this node.");

  static final Setting<Integer> EXECUTE_LANES =
      row(
          "execute.lanes",
          Kind.integer(1, 16),
          "2",
          "Claims and, apart from them, outcomes written at the same time.");

  static final Setting<Duration> EXECUTE_HEARTBEAT =
      row(
          "execute.heartbeat",
          Kind.duration(ofMillis(50), ofMinutes(1)),
          "3s",
          "How often the node renews its lease.");

  static final Setting<Duration> EXECUTE_LEASE =
      row(
          "execute.lease",
          Kind.duration(ofMillis(150), ofMinutes(10)),
          "15s",
          "How long a node is believed alive after a renewal; at least three heartbeats.");

  static final Setting<Boolean> CIRCUIT_DESTINATIONS =
      row(
          "circuit.destinations",
          Kind.flag(),
          "true",
          "Whether jobs wait while what they call, such as host and port of http jobs, keeps"
              + " failing.");

  static final Setting<List<String>> CIRCUIT_TYPES =
      row(
          "circuit.types",
          Kind.names(),
          "",
          "Types whose jobs wait while most of them fail; * for all types.");

  static final Setting<Integer> CIRCUIT_WINDOW =
      row(
          "circuit.window",
          Kind.integer(10, 10_000),
          "100",
          "How many of the last attempts on a node the rates are taken of.");

  static final Setting<Integer> CIRCUIT_MINIMUM_CALLS =
      row(
          "circuit.minimum_calls",
          Kind.integer(1, 10_000),
          "20",
          "Attempts there have to be before a rate says anything; no more than circuit.window.");

  static final Setting<Integer> CIRCUIT_FAILURE_RATE =
      row(
          "circuit.failure_rate",
          Kind.integer(1, 100),
          "50",
          "Percentage of failed attempts that opens a circuit.");

  static final Setting<Integer> CIRCUIT_SLOW_RATE =
      row(
          "circuit.slow_rate",
          Kind.integer(0, 100),
          "0",
          "Percentage of slow attempts that opens a circuit; 0 when none does.");

  static final Setting<Duration> CIRCUIT_SLOW_AFTER =
      row(
          "circuit.slow_after",
          Kind.duration(ofMillis(1), ofDays(1)),
          "30s",
          "How long an attempt takes that is slow.");

  static final Setting<Duration> CIRCUIT_WAIT =
      row(
          "circuit.wait",
          Kind.duration(ofMillis(100), ofHours(24)),
          "30s",
          "How long an open circuit waits before its oldest job tries it; doubled each time that"
              + " fails.");

  static final Setting<Duration> CIRCUIT_LONGEST_WAIT =
      row(
          "circuit.longest_wait",
          Kind.duration(ofMillis(100), ofHours(24)),
          "10m",
          "Up to what that wait is doubled.");

  static final Setting<Integer> CIRCUIT_PROBES =
      row(
          "circuit.probes",
          Kind.integer(1, 100),
          "1",
          "Jobs that try an open circuit; all have to succeed for it to close.");

  static final Setting<Duration> CIRCUIT_PROBE_TIMEOUT =
      row(
          "circuit.probe_timeout",
          Kind.duration(ofMillis(100), ofHours(24)),
          "1m",
          "After this long without an outcome other jobs try it too.");

  static final Setting<Duration> RETENTION_JOBS =
      row(
          "retention.jobs",
          Kind.duration(ofDays(1), ofDays(3_650)),
          "7d",
          "How long ended jobs are kept; whole days are dropped at once.");

  static final Setting<Duration> RETENTION_AUDIT =
      row(
          "retention.audit",
          Kind.duration(ofDays(1), ofDays(3_650)),
          "90d",
          "How long it is kept who has changed what.");

  static final Setting<Duration> SHUTDOWN_GRACE =
      row(
          "shutdown.grace",
          Kind.duration(ZERO, ofHours(1)),
          "30s",
          "How long running jobs may go on after SIGTERM before they are handed back.");

  static final Setting<Boolean> HTTP_CLIENT_ALLOW_PRIVATE =
      row(
          "http_client.allow_private",
          Kind.flag(),
          "false",
          "Whether http jobs may call loopback, private and link-local addresses.");

  static final Setting<Boolean> SHELL_ENABLED =
      row("shell.enabled", Kind.flag(), "false", "Whether shell jobs may run here.");

  static final Setting<List<String>> SHELL_ALLOW =
      row(
          "shell.allow",
          Kind.names(),
          "",
          "Commands, by name or absolute path, that a shell job may start; * for any.");

  /** In the order of the documentation. */
  static final List<Setting<?>> ALL = ROWS.all();

  static Optional<Setting<?>> find(String path) {
    return ALL.stream().filter(row -> row.path().equals(path)).findFirst();
  }

  static List<String> paths() {
    return ALL.stream().<String>map(Setting::path).toList();
  }

  /** {@code http} of {@code http.port}. */
  static Set<String> groups() {
    return ALL.stream()
        .map(Setting::path)
        .filter(path -> path.contains("."))
        .map(path -> path.substring(0, path.indexOf('.')))
        .collect(Collectors.toSet());
  }

  private static <T> Setting<T> row(String path, Kind<T> kind, String initial, String description) {
    return ROWS.row(path, kind, initial, description);
  }

  private static <T> Setting<T> without(String path, Kind<T> kind, String description) {
    return ROWS.without(path, kind, description);
  }

  private static <T> Setting<T> secret(String path, Kind<T> kind, String description) {
    return ROWS.secret(path, kind, description);
  }

  private SettingsTable() {}
}
