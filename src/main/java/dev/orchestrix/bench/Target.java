package dev.orchestrix.bench;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a running node and of its servers, as far as they are known.
 *
 * @param trust whom a node that is called by HTTPS has to be signed by
 */
record Target(Optional<URI> http, Optional<URI> postgres, Optional<URI> redis, NodeTrust trust) {

  /** What {@code orchestrix up} writes into its data folder when it is ready. */
  static final String RUN_FILE = "run.json";

  /**
   * The node that runs on a data folder.
   *
   * @throws BenchException if none says so there
   */
  static Target runningOn(Path data) {
    var file = data.resolve(RUN_FILE);
    try {
      return parse(Files.readString(file));
    } catch (IOException e) {
      throw new BenchException("No node runs on " + data + ": cannot read " + file, e);
    } catch (DecodeException | IllegalArgumentException e) {
      throw new BenchException(file + " is not what a node writes: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the content of a run file.
   *
   * @throws DecodeException if it is no JSON object
   * @throws IllegalArgumentException if an address is no URL
   */
  static Target parse(String text) {
    var json = new JsonObject(text);
    return new Target(
        url(json.getString("http")),
        url(json.getString("postgres")),
        url(json.getString("redis")),
        new NodeTrust(Optional.empty()));
  }

  /** These addresses, and those of {@code other} where there are none; the trust is this one's. */
  Target or(Target other) {
    return new Target(
        http.or(() -> other.http),
        postgres.or(() -> other.postgres),
        redis.or(() -> other.redis),
        trust);
  }

  URI needHttp() {
    return http.orElseThrow(() -> new BenchException("The address of the node is not known"));
  }

  URI needPostgres() {
    return postgres.orElseThrow(() -> new BenchException("The URL of Postgres is not known"));
  }

  URI needRedis() {
    return redis.orElseThrow(() -> new BenchException("The URL of Redis is not known"));
  }

  private static Optional<URI> url(@Nullable String text) {
    return Optional.ofNullable(text).map(URI::create);
  }
}
