package dev.orchestrix.embedded;

import static redis.embedded.model.OsArchitecture.MAC_OS_X_ARM64;
import static redis.embedded.model.OsArchitecture.MAC_OS_X_x86_64;
import static redis.embedded.model.OsArchitecture.UNIX_AARCH64;
import static redis.embedded.model.OsArchitecture.UNIX_x86;
import static redis.embedded.model.OsArchitecture.UNIX_x86_64;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/**
 * What this machine is, as far as it decides which programs run on it.
 *
 * @param musl whether the C library is musl (Alpine), which programs made for glibc do not run on
 */
record Platform(boolean linux, boolean arm, boolean musl) {

  /** This machine; fails if there are no servers for it. */
  static Platform here() {
    return of(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  static Platform of(String system, String processor) {
    boolean linux = system.equals("Linux");
    boolean arm = processor.equals("aarch64");
    boolean known = arm || processor.equals("amd64") || processor.equals("x86_64");
    if (!known || !(linux || system.startsWith("Mac"))) {
      throw new EmbeddedException(
          ("There is no built-in Postgres and Redis for %s on %s. Use Linux or macOS on x86-64 or"
                  + " ARM64 (on Windows: WSL 2), or run `orchestrix node` against servers of your"
                  + " own.")
              .formatted(system, processor));
    }
    return new Platform(linux, arm, linux && Files.exists(Path.of("/etc/alpine-release")));
  }

  boolean root() {
    return new UnixSystem().getUid() == 0;
  }

  /** The archive on the class path that holds Postgres. */
  String postgres() {
    return "postgres-%s-%s%s.txz"
        .formatted(
            linux ? "linux" : "darwin", arm ? "arm_64" : "x86_64", musl ? "-alpine_linux" : "");
  }

  /** The programs on the class path that may be a Redis for this machine, best first. */
  List<String> redis() {
    var provided = ExecutableProvider.newProvidedVersionsMap();
    return architectures().stream()
        .map(provided::get)
        .filter(Objects::nonNull)
        .map(name -> name.replaceFirst("^/", ""))
        .toList();
  }

  /** The 32-bit Redis is linked statically: it runs where OpenSSL 3 or glibc is missing. */
  private List<OsArchitecture> architectures() {
    if (linux) {
      return arm ? List.of(UNIX_AARCH64) : List.of(UNIX_x86_64, UNIX_x86);
    }
    return List.of(arm ? MAC_OS_X_ARM64 : MAC_OS_X_x86_64);
  }
}
