package dev.orchestrix.cli;

import dev.orchestrix.config.LoadedSettings;
import dev.orchestrix.embedded.EmbeddedServers;
import dev.orchestrix.node.Node;
import dev.orchestrix.store.Migrations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orchestrix up}: Postgres, Redis and a node with all roles, on this machine. */
@Command(
    name = "up",
    description = "Run everything on this machine: Postgres, Redis and one node.",
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(UpCommand.class);

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keep the data there; $ORCHESTRIX_DATA, or else data/ beside the program.")
  private @Nullable Path data;

  @Option(names = "--ephemeral", description = "Keep no data: a folder that goes with the process.")
  private boolean ephemeral;

  @Mixin private SettingOptions options = new SettingOptions();

  @Override
  public Integer call() throws Exception {
    long began = System.nanoTime();
    var loader = options.loader();
    var loaded = loader.up(options.flags());
    var _ = loaded.settings();
    loader.unheededAuth(loaded).ifPresent(UpCommand::warn);
    var running = new Running();
    return running.during(
        () -> {
          try (var servers =
              ephemeral ? EmbeddedServers.ephemeral() : EmbeddedServers.start(folder())) {
            return run(servers, loaded, running, began);
          }
        });
  }

  private static void warn(String decided) {
    LOG.warn(
        "{} is not heeded: everybody on this machine may call; --set auth.mode=... decides for"
            + " orchestrix up",
        decided);
  }

  private int run(EmbeddedServers servers, LoadedSettings loaded, Running running, long began)
      throws IOException, InterruptedException {
    var settings =
        loaded
            .with("postgres.url", servers.postgresUrl().toString(), "embedded")
            .with("redis.url", servers.redisUrl().toString(), "embedded")
            .settings();
    var _ = new Migrations(servers.postgresUrl()).up();
    var node = Node.start(settings, () -> running.stop(1));
    var url =
        (settings.http().tls().isPresent() ? "https" : "http") + "://127.0.0.1:" + node.httpPort();
    var note = ephemeral ? Optional.<RunNote>empty() : Optional.of(RunNote.in(folder()));
    try {
      if (note.isPresent()) {
        note.get().write(url, servers);
      }
      greet(url, Duration.ofNanos(System.nanoTime() - began));
      return running.await();
    } finally {
      node.stop();
      note.ifPresent(RunNote::remove);
    }
  }

  private void greet(String url, Duration took) {
    System.out.printf(
        """
        orchestrix is up after %.1f s: %s/api/v1/jobs
          data     %s
          metrics  %s/metrics
          stop     Ctrl-C
        """,
        took.toMillis() / 1000.0, url, ephemeral ? "none is kept" : folder(), url);
  }

  private Path folder() {
    if (data != null) {
      return data.toAbsolutePath();
    }
    var named = System.getenv("ORCHESTRIX_DATA");
    return named == null || named.isBlank()
        ? Main.home().resolve("data").toAbsolutePath().normalize()
        : Path.of(named).toAbsolutePath();
  }
}
