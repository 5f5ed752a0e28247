package dev.orchestrix.bench;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which node is measured: one that runs already, or none, and then one is started for the run. */
final class TargetOptions {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "A running node, for example http://127.0.0.1:8080. Without --url and --data a"
              + " node with servers of its own is started and thrown away afterwards.")
  private @Nullable URI url;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "Who signs the certificate of a node with https://, as PEM; without it, whom the JVM"
              + " trusts.")
  private @Nullable Path ca;

  @Option(
      names = "--postgres-url",
      paramLabel = "URL",
      description = "Its Postgres: postgresql://user:password@host:port/database.")
  private @Nullable URI postgresUrl;

  @Option(
      names = "--redis-url",
      paramLabel = "URL",
      description = "Its Redis: redis://:password@host:port/0.")
  private @Nullable URI redisUrl;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data folder of a running `orchestrix up`: all three addresses.")
  private @Nullable Path data;

  @Option(
      names = "--allow-remote",
      description = "Send load to addresses that are not this machine's, too.")
  private boolean allowRemote;

  /** Whether any address was given. */
  boolean given() {
    return url != null || postgresUrl != null || redisUrl != null || data != null;
  }

  void check(OptionProblems problems) {
    check(problems, "--url", url, List.of("http", "https"));
    trust().problem().ifPresent(problems::add);
    if (ca != null && data == null && (url == null || !"https".equals(url.getScheme()))) {
      problems.add("--ca: expected with https:// in --url");
    }
    check(problems, "--postgres-url", postgresUrl, List.of("postgresql", "postgres"));
    check(problems, "--redis-url", redisUrl, List.of("redis"));
  }

  /** Says so if one of the addresses that a scenario cannot do without will not be known. */
  void checkHttpKnown(OptionProblems problems) {
    if (given() && url == null && data == null) {
      problems.add("--url or --data: which node?");
    }
  }

  void checkServersKnown(OptionProblems problems) {
    if (given() && data == null && (postgresUrl == null || redisUrl == null)) {
      problems.add("--postgres-url and --redis-url, or --data: which servers?");
    }
  }

  void checkNoneGiven(OptionProblems problems, String why) {
    if (given()) {
      problems.add("--url, --postgres-url, --redis-url, --data: " + why);
    }
  }

  /**
   * The addresses that were given, or nothing if none was.
   *
   * @throws BenchException if no node runs on {@code --data}
   */
  Optional<Target> target() {
    if (!given()) {
      return Optional.empty();
    }
    var named =
        new Target(
            Optional.ofNullable(url),
            Optional.ofNullable(postgresUrl),
            Optional.ofNullable(redisUrl),
            trust());
    return Optional.of(data == null ? named : named.or(Target.runningOn(data)));
  }

  private NodeTrust trust() {
    return new NodeTrust(Optional.ofNullable(ca));
  }

  private void check(
      OptionProblems problems, String option, @Nullable URI address, List<String> schemes) {
    if (address == null) {
      return;
    }
    problems.url(option, address, schemes);
    if (!allowRemote) {
      problems.loopback(option, address);
    }
  }
}
