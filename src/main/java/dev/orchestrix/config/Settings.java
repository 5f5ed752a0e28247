package dev.orchestrix.config;

import dev.orchestrix.core.limit.RateLimit;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Everything a node can be told, read once at start and never changed. */
public record Settings(
    Set<Role> roles,
    Auth auth,
    Postgres postgres,
    Redis redis,
    Http http,
    Cluster cluster,
    Submit submit,
    Idempotency idempotency,
    Dispatch dispatch,
    Execute execute,
    Circuit circuit,
    Retention retention,
    Shutdown shutdown,
    Handlers handlers) {

  /** Who may call the API. */
  public enum AuthMode {
    /** Nobody has said anything; a node refuses to start like this. */
    UNSET,
    /** Everybody may do everything, on purpose. */
    NONE,
    /** Whoever has a key may do what is open to it. */
    KEYS,
    /** Whoever has a key or a token of the issuer may do what is open to it. */
    JWT
  }

  /**
   * @param adminKey a key that opens everything beside those in Postgres; never logged
   * @param jwt there with {@link AuthMode#JWT}
   * @param requests how many requests a key, or a subject of tokens, may make that has no limit of
   *     its own; without it, as many as they like
   */
  public record Auth(
      AuthMode mode, Optional<String> adminKey, Optional<Jwt> jwt, Optional<RateLimit> requests) {}

  /**
   * Which tokens open the API. Of secret, file and URL there is one.
   *
   * @param issuer what {@code iss} has to be
   * @param audience what {@code aud} has to name, one of these
   * @param algorithms how tokens may be signed: {@code HS...} with a secret, and only then
   * @param secret what the issuer and the nodes share; never logged
   * @param jwksFile a file with public keys
   * @param jwksUrl where public keys are
   * @param jwksCa PEM: who signs the certificate there, if not one whom the JVM trusts
   * @param refresh how often they are read again
   * @param clockSkew by how much the issuer's clock may differ
   * @param tenantClaim the claim that names the tenant
   * @param roleClaim the claim that names the role
   * @param payloadsClaim the claim that may be false, for callers who do not see payloads
   * @param allTenants whether the tenant may be {@code *}
   */
  public record Jwt(
      String issuer,
      List<String> audience,
      List<String> algorithms,
      Optional<String> secret,
      Optional<Path> jwksFile,
      Optional<URI> jwksUrl,
      Optional<Path> jwksCa,
      Duration refresh,
      Duration clockSkew,
      String tenantClaim,
      String roleClaim,
      String payloadsClaim,
      boolean allTenants) {}

  /**
   * @param url {@code postgresql://user:password@host:port/database}, with {@link PostgresTls};
   *     never logged
   * @param connections connections for batches and, apart from them, as many again for reads, 2..64
   * @param statementTimeout longest any statement may run
   */
  public record Postgres(URI url, int connections, Duration statementTimeout) {}

  /**
   * @param url {@code redis://:password@host:port/db}; never logged
   * @param ca PEM: who signs the certificate of a server with {@code rediss://}, if not one whom
   *     the JVM trusts
   * @param timeout longest any command may take
   */
  public record Redis(URI url, Optional<Path> ca, Duration timeout) {}

  /**
   * @param port 0 for any free one
   * @param maxBody longest request body of a call that is not streamed, in bytes
   * @param tls there if it is HTTPS
   */
  public record Http(String host, int port, int maxBody, Optional<Tls> tls) {}

  /**
   * @param certificate PEM: the node's certificate, then those that lead to a root
   * @param key PEM: its private key, PKCS#8
   * @param clientCa PEM: who signs clients' certificates, if clients need one
   */
  public record Tls(Path certificate, Path key, Optional<Path> clientCa) {}

  /**
   * @param host the address other nodes reach this one at
   * @param port the first port to try, 0 for any free one
   * @param publicPort where others reach that port, or 0 if it is the same
   * @param busPort for messages of other nodes; 0 for a free one
   * @param publicBusPort where others reach that port, or 0 if it is the same
   * @param members {@code host:port} of some nodes; empty for a node that stays alone
   * @param tls there if messages between nodes are TLS
   */
  public record Cluster(
      String host,
      int port,
      int publicPort,
      int busPort,
      int publicBusPort,
      List<String> members,
      Optional<BusTls> tls) {}

  /**
   * How nodes know each other. The three fit each other.
   *
   * @param certificate PEM: the node's certificate, then those that lead to the CA
   * @param key PEM: its private key, PKCS#8
   * @param ca PEM: who signs the certificates of nodes
   */
  public record BusTls(Path certificate, Path key, Path ca) {}

  /**
   * @param groupCommit whether requests that arrive together are written together
   * @param batch most jobs in one INSERT, 1..2000
   * @param lanes batches written at the same time, 1..16
   */
  public record Submit(boolean groupCommit, int batch, int lanes) {}

  /**
   * @param keep how long the key of a submission is kept
   */
  public record Idempotency(Duration keep) {}

  /**
   * @param batch most jobs taken from the streams at once, 1..2000
   * @param weights turns of the high, normal and low stream, each 1..100
   * @param window how much work, in time, waits on the streams while the rest waits in Postgres
   */
  public record Dispatch(int batch, List<Integer> weights, Duration window) {}

  /**
   * @param slots jobs that run at once on a node, 1..100000
   * @param lanes claims and, apart from them, outcomes written at the same time, 1..16
   * @param heartbeat how often a node renews its lease
   * @param lease how long a node is believed alive after a renewal; at least three heartbeats
   */
  public record Execute(int slots, int lanes, Duration heartbeat, Duration lease) {}

  /**
   * @param destinations whether what jobs call has circuits
   * @param types the types that have circuits; {@code *} for all
   * @param window outcomes that a rate is taken of, 10..10000
   * @param minimumCalls how many there have to be, 1..{@code window}
   * @param failureRate failures that open a circuit, in percent, 1..100
   * @param slowRate slow outcomes that open one, in percent; 0 when none do
   * @param slowAfter what is slow
   * @param firstWait until an open circuit is tried; doubled each time that fails
   * @param longestWait what it is doubled up to
   * @param probes jobs that try it, 1..100
   * @param probeTimeout after this long without an outcome others try it
   */
  public record Circuit(
      boolean destinations,
      List<String> types,
      int window,
      int minimumCalls,
      int failureRate,
      int slowRate,
      Duration slowAfter,
      Duration firstWait,
      Duration longestWait,
      int probes,
      Duration probeTimeout) {}

  /**
   * @param jobs how long ended jobs are kept; partitions older than that are dropped
   */
  public record Retention(Duration jobs, Duration audit) {}

  /**
   * @param grace how long running jobs may go on after SIGTERM before they are handed back
   */
  public record Shutdown(Duration grace) {}

  /** What handlers can be told. */
  public record Handlers(HttpClient httpClient, Shell shell) {}

  /**
   * @param allowPrivate whether loopback, private and link-local addresses may be called
   */
  public record HttpClient(boolean allowPrivate) {}

  /**
   * @param allow commands, by name or absolute path, that a job may start; {@code *} for any
   */
  public record Shell(boolean enabled, List<String> allow) {}
}
