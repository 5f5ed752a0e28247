package dev.orchestrix.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/**
 * The passwords of both servers.
 *
 * @param fresh whether they were made just now, so that the database does not know its own yet
 */
record Secrets(String postgres, String redis, boolean fresh) {

  /** Those in the file, which is written first if it is not there or holds too little. */
  static Secrets in(Path file) throws IOException {
    var known = PrivateFile.read(file);
    var postgres = known.getOrDefault("postgres", "");
    var redis = known.getOrDefault("redis", "");
    return postgres.isEmpty() || redis.isEmpty() ? made(file) : new Secrets(postgres, redis, false);
  }

  private static Secrets made(Path file) throws IOException {
    var made = new Secrets(random(), random(), true);
    PrivateFile.write(file, Map.of("postgres", made.postgres, "redis", made.redis));
    return made;
  }

  private static String random() {
    var bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public String toString() {
    return "Secrets";
  }
}
